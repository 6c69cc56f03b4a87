import * as fc from 'fast-check';
import {
  type AddressSet, blockOf, covers, difference, families, intersection, isPublic, noAddresses, publicPart, sizeOf, union,
} from '../../../../functions/compliance/address-set.ts';

function setOf(...cidrs: string[]): AddressSet {
  return union(cidrs.map((cidr) => blockOf(cidr).set));
}

describe('blockOf', () => {
  it.each([
    ['10.0.0.0/8', '10.0.0.0/8'],
    ['10.1.2.3/8', '10.0.0.0/8'],
    ['0.0.0.0/0', '0.0.0.0/0'],
    ['203.0.113.7/32', '203.0.113.7/32'],
    ['::/0', '::/0'],
    ['0:0:0:0:0:0:0:0/0', '::/0'],
    ['2001:DB8:0:0::1/32', '2001:db8::/32'],
    ['2001:db8::ff00:42:8329/128', '2001:db8::ff00:42:8329/128'],
    ['::ffff:10.0.0.0/104', '::ffff:a00:0/104'],
  ])('spells %s as EC2 does: %s', (given, spelled) => {
    expect(blockOf(given).cidr).toBe(spelled);
  });

  it.each(['10.0.0.0', '10/8', '010.0.0.0/8', '0x0a.0.0.0/8', '10.0.0.0/33', '::/129', 'fe80::1%eth0/64', '', 'pl-1', '1.2.3.4.5/8'])('refuses %j', (text) => {
    expect(() => blockOf(text)).toThrow(`The CIDR block is ${JSON.stringify(text)}`);
  });

  it.each([
    ['0.0.0.0/32', 0n],
    ['10.0.0.0/8', 0n],
    ['100.64.0.0/10', 0n],
    ['224.0.0.0/3', 0n],
    ['8.8.8.0/24', 256n],
    ['172.0.0.0/8', (1n << 24n) - (1n << 20n)],
    ['fc00::/7', 0n],
    ['::ffff:0:0/96', 0n],
    ['2001:db8::/32', 0n],
    ['2a00::/32', 1n << 96n],
    ['::/1', (1n << 125n) - (1n << 96n) - (1n << 108n)],
  ])('counts the public addresses of %s: %d', (cidr, size) => {
    expect(blockOf(cidr).publicSize).toBe(size);
  });
});

describe('isPublic', () => {
  it.each([
    ['the whole', ['0.0.0.0/0']],
    ['two halves', ['0.0.0.0/1', '128.0.0.0/1']],
    ['all but private addresses', ['1.0.0.0/8', '2.0.0.0/7', '4.0.0.0/6', '8.0.0.0/7', '11.0.0.0/8', '12.0.0.0/6', '16.0.0.0/4', '32.0.0.0/3', '64.0.0.0/2', '128.0.0.0/1']],
  ])('knows IPv4 as %s', (_what, cidrs) => {
    expect(isPublic(setOf(...cidrs), 'ipv4')).toBe(true);
    expect(isPublic(setOf(...cidrs), 'ipv6')).toBe(false);
  });

  it.each([['::/0'], ['2000::/3'], ['::/1']])('knows IPv6 as %s', (cidr) => {
    expect(isPublic(setOf(cidr), 'ipv6')).toBe(true);
    expect(isPublic(setOf(cidr), 'ipv4')).toBe(false);
  });

  it.each([['0.0.0.0/1'], ['10.0.0.0/8'], ['0.0.0.0/32'], ['8000::/1'], ['2000::/4'], ['::ffff:0:0/96']])('does not take %s for everybody', (cidr) => {
    expect(families.some((family) => isPublic(setOf(cidr), family))).toBe(false);
  });
});

describe('sets of addresses', () => {
  /** Blocks in a small corner of either family, so that they meet; a model keeps their addresses one by one. */
  const corner = fc.record({
    family: fc.constantFrom(...families),
    start: fc.integer({ min: 0, max: 63 }),
    hostBits: fc.integer({ min: 0, max: 6 }),
  });
  type Corner = typeof corner extends fc.Arbitrary<infer Value> ? Value : never;

  const cidrOf = ({ family, start, hostBits }: Corner): string =>
    family === 'ipv4' ? `10.0.0.${start}/${32 - hostBits}` : `2001:db8::${start.toString(16)}/${128 - hostBits}`;

  const modelOf = (corners: readonly Corner[]): Set<string> =>
    new Set(
      corners.flatMap(({ family, start, hostBits }) => {
        const first = start - (start % 2 ** hostBits);
        return Array.from({ length: 2 ** hostBits }, (_address, index) => `${family} ${first + index}`);
      }),
    );

  const membersOf = (set: AddressSet): Set<string> => {
    const base = { ipv4: blockOf('10.0.0.0/32').set.ipv4[0]?.first ?? 0n, ipv6: blockOf('2001:db8::/128').set.ipv6[0]?.first ?? 0n };
    return new Set(
      families.flatMap((family) =>
        set[family].flatMap(({ first, last }) =>
          Array.from({ length: Number(last - first) + 1 }, (_address, index) => `${family} ${Number(first - base[family]) + index}`),
        ),
      ),
    );
  };

  const only = (model: ReadonlySet<string>, keep: (address: string) => boolean): Set<string> => new Set([...model].filter(keep));

  const cornersArbitrary = fc.array(corner, { maxLength: 8 });

  it('adds up, meets and takes away as sets of single addresses do', () => {
    fc.assert(
      fc.property(cornersArbitrary, cornersArbitrary, (left, right) => {
        const [one, other] = [setOf(...left.map(cidrOf)), setOf(...right.map(cidrOf))];
        const [oneModel, otherModel] = [modelOf(left), modelOf(right)];
        expect(membersOf(union([one, other]))).toEqual(new Set([...oneModel, ...otherModel]));
        expect(membersOf(intersection(one, other))).toEqual(only(oneModel, (address) => otherModel.has(address)));
        expect(membersOf(difference(one, other))).toEqual(only(oneModel, (address) => !otherModel.has(address)));
        expect(covers(one, other)).toBe([...otherModel].every((address) => oneModel.has(address)));
        expect(sizeOf(one, 'ipv4') + sizeOf(one, 'ipv6')).toBe(BigInt(oneModel.size));
      }),
    );
  });

  it('gives equal sets one form, in whatever order and pieces they came', () => {
    const wide = fc.tuple(fc.integer({ min: 0, max: 2 ** 32 - 1 }), fc.integer({ min: 0, max: 31 }));
    fc.assert(
      fc.property(fc.array(wide, { minLength: 1, maxLength: 12 }), (blocks) => {
        const spell = (value: number, length: number): string =>
          `${[24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join('.')}/${length}`;
        const whole = blocks.map(([value, length]) => spell(value, length));
        const halves = blocks.flatMap(([value, length]) => {
          const half = 2 ** (31 - length);
          const first = value - (value % (half * 2));
          return [spell(first + half, length + 1), spell(first, length + 1)];
        });
        expect(setOf(...halves)).toEqual(setOf(...whole.toReversed()));
      }),
    );
  });

  it('keeps within the public addresses what is public', () => {
    const everything = setOf('0.0.0.0/0', '::/0');
    const part = publicPart(everything);
    expect(covers(everything, part)).toBe(true);
    expect(covers(part, everything)).toBe(false);
    expect(publicPart(setOf('10.0.0.0/8', 'fc00::/7'))).toEqual(noAddresses);
  });
});
