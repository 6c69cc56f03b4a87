/** A range of addresses, both ends included. */
export interface AddressRange {
  readonly family: 4 | 6;
  readonly first: bigint;
  readonly last: bigint;
}

interface Block extends AddressRange {
  readonly prefixLength: number;
}

const bitsOf = { 4: 32n, 6: 128n } as const;

/** The block as EC2 stores it: host bits cleared, IPv6 in its short form (RFC 5952). Undefined for what is not a CIDR block. */
export function normaliseCidr(text: string): string | undefined {
  const block = parseBlock(text);
  return block === undefined ? undefined : `${block.family === 4 ? formatV4(block.first) : formatV6(block.first)}/${block.prefixLength}`;
}

/** 4 or 6; undefined for what is not a CIDR block. */
export function familyOf(cidr: string): 4 | 6 | undefined {
  return parseBlock(cidr)?.family;
}

/** Whether the ranges together hold every address of `cidr`. Two halves cover a whole. */
export function coverBlock(ranges: readonly AddressRange[], cidr: string): boolean {
  const block = parseBlock(cidr);
  if (block === undefined) return false;
  let next = block.first;
  for (const range of ranges.filter(({ family }) => family === block.family).toSorted((left, right) => (left.first < right.first ? -1 : 1))) {
    if (range.first > next) return false;
    if (range.last >= block.last) return true;
    if (range.last >= next) next = range.last + 1n;
  }
  return false;
}

export function rangeOf(cidr: string): AddressRange | undefined {
  return parseBlock(cidr);
}

function parseBlock(text: string): Block | undefined {
  const [, address = '', length = ''] = /^([0-9a-fA-F.:]+)\/(\d{1,3})$/u.exec(text) ?? [];
  const family = address.includes(':') ? 6 : 4;
  const value = family === 4 ? parseV4(address) : parseV6(address);
  const bits = bitsOf[family];
  if (value === undefined || length === '' || BigInt(length) > bits) return undefined;
  const hostBits = bits - BigInt(length);
  const first = (value >> hostBits) << hostBits;
  return { family, first, last: first + (1n << hostBits) - 1n, prefixLength: Number(length) };
}

function parseV4(text: string): bigint | undefined {
  const parts = text.split('.');
  if (parts.length !== 4) return undefined;
  let value = 0;
  for (const part of parts) {
    // A leading zero is refused: some read it as octal.
    if (!/^(?:0|[1-9]\d{0,2})$/u.test(part) || Number(part) > 255) return undefined;
    value = value * 256 + Number(part);
  }
  return BigInt(value);
}

function parseV6(text: string): bigint | undefined {
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const [head = [], tail = []] = halves.map((half) => (half === '' ? [] : half.split(':')));
  const missing = 8 - head.length - tail.length;
  if (halves.length === 2 ? missing < 1 : missing !== 0) return undefined;
  const groups = [...head, ...Array.from({ length: missing }, () => '0'), ...tail];
  if (!groups.every((group) => /^[0-9a-f]{1,4}$/iu.test(group))) return undefined;
  return groups.reduce((value, group) => (value << 16n) + BigInt(Number.parseInt(group, 16)), 0n);
}

function formatV4(value: bigint): string {
  const number = Number(value);
  return [24, 16, 8, 0].map((shift) => Math.floor(number / 2 ** shift) % 256).join('.');
}

/** The longest run of two or more zero groups is left out, the first of equals. */
function formatV6(value: bigint): string {
  const groups = [112n, 96n, 80n, 64n, 48n, 32n, 16n, 0n].map((shift) => Number((value >> shift) & 0xffffn));
  let longest = { start: 0, length: 1 };
  for (let start = 0; start < groups.length; start += 1) {
    let length = 0;
    while (start + length < groups.length && groups[start + length] === 0) length += 1;
    if (length > longest.length) longest = { start, length };
  }
  const text = (from: number, to: number): string => groups.slice(from, to).map((group) => group.toString(16)).join(':');
  if (longest.length < 2) return text(0, 8);
  return `${text(0, longest.start)}::${text(longest.start + longest.length, 8)}`;
}
