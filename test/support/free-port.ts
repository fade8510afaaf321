/** A TCP port of loopback that nobody listens on now, for a process that cannot be asked which one it took. */
export async function freePort(): Promise<number> {
  const server = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: () => new Response() });
  const { port } = server;
  await server.stop(true);
  if (port === undefined) throw new Error("The system gave no port.");
  return port;
}
