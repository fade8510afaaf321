/**
 * What a promise is rejected with. `expect(promise).rejects` of Bun 1.4.5 waits in a nested event loop, in which messages
 * to and from processes stand still; wherever processes take part this is to be used instead.
 */
export async function refusalOf(promise: Promise<unknown>): Promise<unknown> {
  return await promise.then(
    (value) => {
      throw new Error(`expected a refusal, but got ${Bun.inspect(value)}`);
    },
    (error: unknown) => error,
  );
}
