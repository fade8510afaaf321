import { readFile } from "node:fs/promises";
import { type NetworkInterfaceInfo, networkInterfaces } from "node:os";

export interface OwnNetworks {
  /** Loopback and the subnets of this machine's interfaces, in CIDR notation. */
  allowed: string[];
  /** The default gateway, behind which Docker shows everybody from outside. */
  refused: string[];
}

const loopback = ["127.0.0.0/8", "::1/128"];

/** Who may call in network mode when the operator names nobody. */
export async function ownNetworks(): Promise<OwnNetworks> {
  const read = (path: string) => readFile(path, "utf8").catch(() => "");
  const [routes, routes6] = await Promise.all([read("/proc/net/route"), read("/proc/net/ipv6_route")]);
  return describeNetworks(networkInterfaces(), routes, routes6);
}

/**
 * @param interfaces as `os.networkInterfaces()` gives them
 * @param routes the text of `/proc/net/route`: columns of hexadecimal addresses in little-endian order
 * @param routes6 the text of `/proc/net/ipv6_route`: destination, prefix, source, prefix, next hop, all hexadecimal
 */
export function describeNetworks(
  interfaces: Readonly<Record<string, readonly NetworkInterfaceInfo[] | undefined>>,
  routes: string,
  routes6: string,
): OwnNetworks {
  const subnets = Object.values(interfaces)
    .flatMap((addresses) => addresses ?? [])
    .flatMap(({ cidr, internal }) => (internal || cidr === null ? [] : [cidr]));
  return {
    allowed: [...loopback, ...new Set(subnets)],
    refused: [...defaultGateways(routes), ...defaultGateways6(routes6)],
  };
}

function defaultGateways(routes: string): string[] {
  const rows = routes
    .split("\n")
    .slice(1)
    .map((row) => row.trim().split(/\s+/));
  return rows.flatMap(([, destination, gateway]) =>
    destination === "00000000" && gateway !== undefined && /^[0-9A-F]{8}$/i.test(gateway) && gateway !== "00000000"
      ? [littleEndianAddress(gateway)]
      : [],
  );
}

const littleEndianAddress = (hexadecimal: string) =>
  [6, 4, 2, 0].map((start) => Number.parseInt(hexadecimal.slice(start, start + 2), 16)).join(".");

function defaultGateways6(routes: string): string[] {
  const nowhere = "0".repeat(32);
  const rows = routes.split("\n").map((row) => row.trim().split(/\s+/));
  return rows.flatMap(([destination, prefix, , , nextHop]) =>
    destination === nowhere &&
    prefix === "00" &&
    nextHop !== undefined &&
    /^[0-9a-f]{32}$/.test(nextHop) &&
    nextHop !== nowhere
      ? [(nextHop.match(/.{4}/g) ?? []).join(":")]
      : [],
  );
}
