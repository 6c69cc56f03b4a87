import * as z from 'zod';
import { jsonVariable, parseEnvironment } from '../../../functions/platform/environment.ts';
import { Defect } from '../../../functions/platform/errors.ts';

const shape = {
  LEDGER_TABLE: z.string().min(1),
  TOPIC_ARN: z.string().startsWith('arn:'),
  CAPACITY_MODEL: jsonVariable(z.object({ floor: z.int().min(1) })),
};

const good = { LEDGER_TABLE: 'Ledger', TOPIC_ARN: 'arn:aws:sns:eu-west-3:123456789012:operations', CAPACITY_MODEL: '{"floor":3}' };

function messageOf(variables: NodeJS.ProcessEnv): string {
  try {
    parseEnvironment(shape, variables);
  } catch (error) {
    if (error instanceof Defect) return error.message;
  }
  throw new Error('No defect was thrown.');
}

describe('the environment of a function', () => {
  test('is parsed, and frozen', () => {
    const environment = parseEnvironment(shape, { ...good, PATH: '/usr/bin' });
    expect(environment).toEqual({ ...good, CAPACITY_MODEL: { floor: 3 } });
    expect(Object.isFrozen(environment)).toBe(true);
  });

  test.each([
    ['LEDGER_TABLE', undefined],
    ['LEDGER_TABLE', ''],
    ['TOPIC_ARN', 'operations'],
    ['CAPACITY_MODEL', undefined],
    ['CAPACITY_MODEL', '{"floor":'],
    ['CAPACITY_MODEL', '{"floor":0}'],
  ])('a wrong %s (%s) is a Defect that names it, and only it', (variable, value) => {
    const message = messageOf({ ...good, [variable]: value });
    expect(Object.keys(good).filter((name) => message.includes(name))).toEqual([variable]);
  });

  test('every variable that is wrong is named', () => {
    const message = messageOf({});
    for (const variable of Object.keys(good)) expect(message).toContain(variable);
  });

  test('a wrong field inside a JSON document is named with its path', () => {
    expect(messageOf({ ...good, CAPACITY_MODEL: '{"floor":0}' })).toContain('CAPACITY_MODEL.floor');
  });
});
