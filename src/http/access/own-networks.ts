import { readFile } from "node:fs/promises";
import { type NetworkInterfaceInfo, networkInterfaces } from "node:os";
import {
  convertIPv4BinaryToString,
  convertIPv4ToBinary,
  convertIPv6BinaryToString,
  convertIPv6ToBinary,
} from "hono/utils/ipaddr";

export interface OwnNetworks {
  /** Loopback and the subnets of this machine's interfaces, in CIDR notation. */
  allowed: string[];
  /** The gateways, behind which Docker shows everybody from outside. */
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
 * Refused are the gateways that routes name, and of each subnet the first address, which Docker gives to the gateway of a
 * bridge: only one of several bridges is on the way out and has a route that names it.
 *
 * @param interfaces as `os.networkInterfaces()` gives them
 * @param routes the text of `/proc/net/route`: columns of hexadecimal addresses in little-endian order
 * @param routes6 the text of `/proc/net/ipv6_route`: destination, prefix, source, prefix, next hop, all hexadecimal
 */
export function describeNetworks(
  interfaces: Readonly<Record<string, readonly NetworkInterfaceInfo[] | undefined>>,
  routes: string,
  routes6: string,
): OwnNetworks {
  const addresses = Object.values(interfaces).flatMap((addresses) => addresses ?? []);
  const subnets = addresses
    .flatMap(({ cidr, internal }) => (internal || cidr === null ? [] : [subnetOf(cidr)]))
    .filter(({ kind, address }) => address >> kind.linkLocal.shift !== kind.linkLocal.prefix);
  const own = new Set(addresses.map(({ address }) => subnetOf(address).text));
  const gateways = [...namedGateways(routes), ...namedGateways6(routes6), ...subnets.flatMap(firstAddress)];
  return {
    allowed: [...loopback, ...new Set(subnets.map(({ cidr }) => cidr))],
    refused: [...new Set(gateways)].filter((gateway) => !own.has(gateway)),
  };
}

const ipv4 = {
  bits: 32n,
  parse: convertIPv4ToBinary,
  print: convertIPv4BinaryToString,
  /** 169.254.0.0/16 */
  linkLocal: { shift: 16n, prefix: 0xa9fen },
};

const ipv6 = {
  bits: 128n,
  parse: convertIPv6ToBinary,
  print: convertIPv6BinaryToString,
  /** fe80::/10 */
  linkLocal: { shift: 118n, prefix: 0x3fan },
};

interface Subnet {
  kind: typeof ipv4;
  cidr: string;
  address: bigint;
  /** The address in the one spelling that all addresses are compared in. */
  text: string;
  prefix: bigint;
}

/** An address without a prefix is a subnet of its own. */
function subnetOf(cidr: string): Subnet {
  const [spelling = "", prefix] = cidr.split("/");
  const kind = spelling.includes(":") ? ipv6 : ipv4;
  const address = kind.parse(spelling);
  return { kind, cidr, address, text: kind.print(address), prefix: prefix === undefined ? kind.bits : BigInt(prefix) };
}

/** Of a subnet that is large enough to be a bridge's. */
function firstAddress({ kind, address, prefix }: Subnet): string[] {
  const hostBits = kind.bits - prefix;
  return hostBits < 2n ? [] : [kind.print(((address >> hostBits) << hostBits) + 1n)];
}

const columnsOf = (table: string) => table.split("\n").map((row) => row.trim().split(/\s+/));

function namedGateways(routes: string): string[] {
  return columnsOf(routes).flatMap(([, , gateway = ""]) =>
    /^[0-9a-f]{8}$/i.test(gateway) && gateway !== "00000000" ? [littleEndianAddress(gateway)] : [],
  );
}

const littleEndianAddress = (hexadecimal: string) =>
  [6, 4, 2, 0].map((start) => Number.parseInt(hexadecimal.slice(start, start + 2), 16)).join(".");

function namedGateways6(routes: string): string[] {
  return columnsOf(routes).flatMap(([, , , , nextHop = ""]) =>
    /^[0-9a-f]{32}$/i.test(nextHop) && !/^0+$/.test(nextHop) ? [ipv6.print(BigInt(`0x${nextHop}`))] : [],
  );
}
