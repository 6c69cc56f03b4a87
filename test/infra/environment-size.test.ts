import { Lazy } from 'aws-cdk-lib';
import { requireFittingEnvironment } from '../../infra/environment-size.ts';

const check = (environment: Readonly<Record<string, string>>) => () => requireFittingEnvironment('Stack/PlanBucket', environment);
/** `{"NAME":""}` is 11 bytes. */
const filling = (bytes: number): string => 'x'.repeat(bytes - 11);

test('variables may have 4,096 bytes, written as one JSON object', () => {
  expect(check({ NAME: filling(4096) })).not.toThrow();
  expect(check({ NAME: filling(4097) })).toThrow('The environment variables of Stack/PlanBucket have 4097 bytes, expected at most 4096 together: NAME has 4097.');
});

test('a quote in a value counts twice, and a character as many bytes as it has', () => {
  expect(check({ NAME: '"'.repeat(2042) })).not.toThrow();
  expect(check({ NAME: '"'.repeat(2043) })).toThrow('4097 bytes');
  expect(check({ NAME: 'é'.repeat(2043) })).toThrow('4097 bytes');
});

test('what is known only at deployment counts as a long name, beside the text around it', () => {
  const token = Lazy.string({ produce: () => 'a' });
  expect(check({ NAME: `${filling(3976)}${token}` })).not.toThrow();
  expect(check({ NAME: `${filling(3977)}${token}` })).toThrow('4097 bytes');
  expect(check({ NAME: `${token}${filling(3857)}${token}` })).toThrow('4097 bytes');
});

test('the two largest are named, largest first', () => {
  expect(check({ SMALL: 'x', LARGE: 'x'.repeat(2500), LARGER: 'x'.repeat(3000) })).toThrow(/: LARGER has 3013, LARGE has 2512\.$/u);
});
