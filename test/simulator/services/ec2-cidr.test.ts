import { coverBlock, familyOf, normaliseCidr, rangeOf } from '../../../simulator/services/ec2/cidr.ts';

test.each([
  ['10.0.0.5/24', '10.0.0.0/24'],
  ['10.0.0.5/32', '10.0.0.5/32'],
  ['203.0.113.77/0', '0.0.0.0/0'],
  ['2001:DB8:0:0:0:0:0:1/64', '2001:db8::/64'],
  ['::/0', '::/0'],
  ['2001:db8::ffff/128', '2001:db8::ffff/128'],
  ['1:0:0:2:0:0:0:3/128', '1:0:0:2::3/128'],
  ['1:0:2:3:4:5:6:7/128', '1:0:2:3:4:5:6:7/128'],
])('%s is kept as %s', (given, stored) => {
  expect(normaliseCidr(given)).toBe(stored);
});

test.each(['10.0.0.1', '10.0.0.0/33', '10.0.0/24', '256.0.0.0/8', '010.0.0.0/8', '::/129', '1::2::3/64', '1:2:3:4:5:6:7:8:9/64', '10000::/16', '/24', 'anywhere'])(
  '%s is no CIDR block',
  (given) => {
    expect(normaliseCidr(given)).toBeUndefined();
  },
);

test('a block is of the family of its addresses', () => {
  expect([familyOf('10.0.0.0/8'), familyOf('fd00::/8'), familyOf('x')]).toEqual([4, 6, undefined]);
});

test.each([
  { blocks: ['0.0.0.0/0'], wanted: '10.0.0.0/16', isCovered: true },
  { blocks: ['128.0.0.0/1', '0.0.0.0/1'], wanted: '0.0.0.0/0', isCovered: true },
  { blocks: ['10.0.0.0/25', '10.0.0.128/25'], wanted: '10.0.0.0/24', isCovered: true },
  { blocks: ['10.0.0.0/24', '10.0.0.64/26', '10.0.1.0/24'], wanted: '10.0.0.0/23', isCovered: true },
  { blocks: ['10.0.0.0/26', '10.0.0.128/25'], wanted: '10.0.0.0/24', isCovered: false },
  { blocks: ['10.0.0.0/24'], wanted: '10.0.0.0/23', isCovered: false },
  { blocks: ['10.0.2.0/24'], wanted: '10.0.1.0/24', isCovered: false },
  { blocks: ['::/0'], wanted: '10.0.0.0/24', isCovered: false },
  { blocks: [], wanted: '10.0.0.1/32', isCovered: false },
])('$blocks cover $wanted: $isCovered', ({ blocks, wanted, isCovered }) => {
  expect(coverBlock(blocks.flatMap((block) => rangeOf(block) ?? []), wanted)).toBe(isCovered);
});
