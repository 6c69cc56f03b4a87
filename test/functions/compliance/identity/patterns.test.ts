import * as fc from 'fast-check';
import { covers, intersects } from '../../../../functions/compliance/policy-pattern.ts';

describe('covers', () => {
  it.each([
    ['iam:*', 'iam:passrole', true],
    ['iam:*', 'iam:pass*', true],
    ['iam:pass*', 'iam:*', false],
    ['*', '*', true],
    ['**', '*', true],
    ['*:*', '*', false],
    ['?*', '*?', true],
    ['*?', '?*', true],
    ['*', '', true],
    ['?*', '', false],
    ['a*', 'a', true],
    ['sts:assume*', 'sts:assumerole', true],
    ['sts:assume?ole', 'sts:assumerole', true],
    ['iam:get*', 'iam:getrole', true],
    ['iam:get*', 'iam:putrolepolicy', false],
    ['*:*role*', 'iam:*role', true],
    ['iam:*role*', 'iam:*', false],
    ['*a*b*', 'a*b', true],
    ['*ab*', 'a*b', false],
    ['arn:aws:iam::*:role/*', 'arn:aws:iam::111122223333:role/*', true],
    ['arn:aws:iam::111122223333:role/web-*', 'arn:aws:iam::111122223333:role/*', false],
    ['arn:aws:iam::*', 'arn:aws:iam::111122223333:role/path/name', true],
    ['a.c', 'abc', false],
    ['a(*', 'a(b', true],
  ])('%s covers %s: %s', (pattern, other, expected) => {
    expect(covers(pattern, other)).toBe(expected);
  });

  it('is what comparing every word says', () => {
    fc.assert(fc.property(smallPattern, smallPattern, (pattern, other) => {
      expect(covers(pattern, other)).toBe(words.every((word) => !matches(other, word) || matches(pattern, word)));
    }), { numRuns: 1500, seed: 4 });
  });
});

describe('intersects', () => {
  it.each([
    ['iam:*role', 'iam:pass*', true],
    ['iam:get*', 'iam:*role', true],
    ['iam:get*', 'iam:put*', false],
    ['s3:*', 'iam:*', false],
    ['*', 'x', true],
    ['a?', 'a', false],
    ['arn:aws:iam::*:role/a*', 'arn:aws:iam::111122223333:role/*b', true],
  ])('%s and %s have texts in common: %s', (left, right, expected) => {
    expect(intersects(left, right)).toBe(expected);
    expect(intersects(right, left)).toBe(expected);
  });

  it('is what comparing every word says', () => {
    fc.assert(fc.property(smallPattern, smallPattern, (left, right) => {
      expect(intersects(left, right)).toBe(words.some((word) => matches(left, word) && matches(right, word)));
    }), { numRuns: 1500, seed: 4 });
  });
});

/** Short enough that words of eight characters decide everything; `z` is in no pattern. */
const smallPattern = fc.string({ unit: fc.constantFrom('a', 'b', '*', '?'), maxLength: 4 });
const words = everyWord(8);

function everyWord(length: number): readonly string[] {
  if (length === 0) return [''];
  const shorter = everyWord(length - 1);
  return [...shorter, ...shorter.filter((word) => word.length === length - 1).flatMap((word) => ['a', 'b', 'z'].map((letter) => word + letter))];
}

const expressions = new Map<string, RegExp>();

function matches(pattern: string, word: string): boolean {
  const expression = expressions.get(pattern) ?? new RegExp(`^${pattern.replaceAll('*', '.*').replaceAll('?', '.')}$`, 'u');
  expressions.set(pattern, expression);
  return expression.test(word);
}
