import { gunzipSync } from 'node:zlib';
import { compress } from '../../../../functions/compliance/formats/compress.ts';
import { formats } from '../../../../functions/compliance/formats/formats.ts';
import { eventfulSubject, findingOf, subjectOf } from '../report/fixtures.ts';

test.each([
  ['nothing', []],
  ['a word', ['word']],
  ['text beyond ASCII, in pieces', ['Prés', 'ident · ', '–€𝄞']],
  ['more than one chunk', Array.from({ length: 4_000 }, (_, index) => `${index}é`.repeat(200))],
])('%s comes out of gzip as it went in', (_what, pieces) => {
  expect(gunzipSync(compress(pieces)).toString()).toBe(pieces.join(''));
});

test('a damaged document is noticed: the checksum is of the text', () => {
  const whole = compress(['something that was found']);
  const damaged = Buffer.from(whole);
  damaged.writeUInt32LE((damaged.readUInt32LE(damaged.length - 8) ^ 1) >>> 0, damaged.length - 8);
  expect(() => gunzipSync(damaged)).toThrow('incorrect data check');
});

test('equal reports are equal bytes, in every format', () => {
  for (const { pieces } of Object.values(formats)) expect(compress(pieces(eventfulSubject()))).toEqual(compress(pieces(eventfulSubject())));
});

test.each(Object.entries(formats))('%s of many findings comes in small pieces, not as a whole', (name, { pieces }) => {
  const findings = Array.from({ length: 3_000 }, (_, index) => findingOf({ key: `SG4/sg-${index}/sgr`, resource: { type: 'AWS::EC2::SecurityGroup', id: `sg-${index}` } }));
  const subject = subjectOf({ findings });
  let longest = 0;
  for (const piece of pieces(subject)) longest = Math.max(longest, piece.length);
  // A request to Security Hub is one piece: 100 findings.
  expect(longest).toBeLessThan(name === 'asff' ? 300_000 : 65_536);
});
