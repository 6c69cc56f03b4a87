import { parseCredentialReport } from '../../../../functions/compliance/credential-report.ts';
import { Refused } from '../../../../functions/platform/errors.ts';

/** The columns in AWS's order, some of which are not read, and one that appeared in later reports. */
const header = [
  'user', 'arn', 'user_creation_time', 'password_enabled', 'password_last_used', 'password_last_changed', 'password_next_rotation',
  'mfa_active', 'access_key_1_active', 'access_key_1_last_rotated', 'access_key_1_last_used_date', 'access_key_1_last_used_region',
  'access_key_1_last_used_service', 'access_key_2_active', 'access_key_2_last_rotated', 'access_key_2_last_used_date',
  'access_key_2_last_used_region', 'access_key_2_last_used_service', 'cert_1_active', 'cert_1_last_rotated', 'cert_2_active',
  'cert_2_last_rotated', 'additional_credentials_info',
];

function lineOf(fields: Readonly<Record<string, string>>): string {
  const defaults: Readonly<Record<string, string>> = {
    user: 'alice', password_enabled: 'false', mfa_active: 'false', access_key_1_active: 'false', access_key_2_active: 'false',
    cert_1_active: 'false', cert_2_active: 'false',
  };
  return header.map((column) => fields[column] ?? defaults[column] ?? 'N/A').join(',');
}

function reportOf(...lines: readonly Readonly<Record<string, string>>[]) {
  return parseCredentialReport([header.join(','), ...lines.map(lineOf)].join('\n'));
}

function alice(fields: Readonly<Record<string, string>>) {
  return reportOf(fields).users.get('alice');
}

describe('a credential report', () => {
  test('a user with nothing has no password, no device and no key', () => {
    expect(alice({})).toEqual({ password: { isEnabled: false }, hasMfa: false, accessKeys: [] });
  });

  test('a password tells when it was used and changed, as UTC with milliseconds', () => {
    const fields = { password_enabled: 'true', password_last_used: '2026-12-01T08:30:00+00:00', password_last_changed: '2026-06-01T10:00:00+02:00', mfa_active: 'true' };
    expect(alice(fields)).toMatchObject({
      password: { isEnabled: true, lastUsedAt: '2026-12-01T08:30:00.000Z', lastChangedAt: '2026-06-01T08:00:00.000Z' },
      hasMfa: true,
    });
  });

  test.each(['no_information', 'N/A'])('a password that was never used says %s', (value) => {
    expect(alice({ password_enabled: 'TRUE', password_last_used: value })?.password).toEqual({ isEnabled: true });
  });

  test('both keys are told, an inactive one too, each with its own dates', () => {
    const fields = {
      access_key_1_active: 'false',
      access_key_1_last_rotated: '2025-01-01T00:00:00+00:00',
      access_key_2_active: 'true',
      access_key_2_last_rotated: '2026-01-01T00:00:00+00:00',
      access_key_2_last_used_date: '2026-12-24T00:00:00+00:00',
    };
    expect(alice(fields)?.accessKeys).toEqual([
      { createdAt: '2025-01-01T00:00:00.000Z', isActive: false },
      { createdAt: '2026-01-01T00:00:00.000Z', isActive: true, lastUsedAt: '2026-12-24T00:00:00.000Z' },
    ]);
  });

  test('the root user is no user, and its keys are told by their latest use', () => {
    const report = reportOf({
      user: '<root_account>',
      password_enabled: 'not_supported',
      password_last_used: '2026-05-05T05:05:05+00:00',
      access_key_1_active: 'true',
      access_key_1_last_rotated: '2020-01-01T00:00:00+00:00',
      access_key_1_last_used_date: '2026-03-01T00:00:00+00:00',
      access_key_2_last_used_date: '2026-02-01T00:00:00+00:00',
    });
    expect(report.users.size).toBe(0);
    expect(report.root).toEqual({ passwordLastUsedAt: '2026-05-05T05:05:05.000Z', accessKeyLastUsedAt: '2026-03-01T00:00:00.000Z' });
  });

  test('a user name may hold a comma, in quotes', () => {
    const report = reportOf({ user: '"smith,john"', mfa_active: 'true' }, { user: 'bob' });
    expect([...report.users.keys()]).toEqual(['smith,john', 'bob']);
    expect(report.users.get('smith,john')?.hasMfa).toBe(true);
    expect(report.users.get('bob')?.hasMfa).toBe(false);
  });

  test('the order of the columns does not matter', () => {
    const columns = header.toReversed();
    const line = columns.map((column) => ({ user: 'carol', mfa_active: 'true', password_enabled: 'false', access_key_1_active: 'false', access_key_2_active: 'false' })[column] ?? 'N/A');
    expect(parseCredentialReport(`${columns.join(',')}\r\n${line.join(',')}\r\n`).users.get('carol')?.hasMfa).toBe(true);
  });

  test.each([
    ['a column that is missing', 'user,arn\nalice,arn', 'password_enabled'],
    ['a comma that is not quoted', `${header.join(',')}\n${lineOf({ user: 'smith,john' })}`, 'has 24 fields for "smith", expected 23'],
    ['a flag that is none', `${header.join(',')}\n${lineOf({ mfa_active: 'maybe' })}`, 'says "maybe" for mfa_active of alice'],
    ['a date that is none', `${header.join(',')}\n${lineOf({ password_last_used: 'yesterday' })}`, 'says "yesterday" for password_last_used of alice'],
    ['an active key without a date', `${header.join(',')}\n${lineOf({ access_key_1_active: 'true' })}`, 'no access_key_1_last_rotated for the active key of alice'],
  ])('%s is refused, and named', (_what, csv, message) => {
    const parse = () => parseCredentialReport(csv);
    expect(parse).toThrow(Refused);
    expect(parse).toThrow(message);
  });
});
