import type * as sdk from '@aws-sdk/client-iam';
import type { Account } from '../../kernel/account.ts';
import { AwsError } from '../../kernel/aws-error.ts';
import { dateOf } from './describe.ts';
import type { Directory } from './directory.ts';
import type { AccessKey, User } from './principals.ts';

/** Columns of the report (IAM user guide, "Generate credential reports for your AWS account"). */
const columns = [
  'user', 'arn', 'user_creation_time', 'password_enabled', 'password_last_used', 'password_last_changed', 'password_next_rotation',
  'mfa_active',
  'access_key_1_active', 'access_key_1_last_rotated', 'access_key_1_last_used_date', 'access_key_1_last_used_region', 'access_key_1_last_used_service',
  'access_key_2_active', 'access_key_2_last_rotated', 'access_key_2_last_used_date', 'access_key_2_last_used_region', 'access_key_2_last_used_service',
  'cert_1_active', 'cert_1_last_rotated', 'cert_2_active', 'cert_2_last_rotated',
];

/** A report is kept for four hours: no newer one is made, and then it is given no more (same page). */
const validMilliseconds = 4 * 60 * 60 * 1000;
/** AWS does not say how long it takes; drawn, in milliseconds. */
const generationMilliseconds = { low: 3000, high: 30_000 };
const dayMilliseconds = 24 * 60 * 60 * 1000;
const signingCertificates = ['false', 'N/A', 'false', 'N/A'];

interface Report {
  readonly generatedAt: number;
  readonly content: Uint8Array;
}

/** The account's credential report: asked for, made while time passes, then fetched. */
export class CredentialReports {
  readonly #account: Account;
  readonly #directory: Directory;
  #report: Report | undefined;
  #isInProgress = false;

  constructor(account: Account, directory: Directory) {
    this.#account = account;
    this.#directory = directory;
  }

  generate(): { readonly State: sdk.ReportStateType; readonly Description?: string } {
    if (this.#isInProgress) return { State: 'INPROGRESS' };
    if (this.#report !== undefined && !this.#isExpired(this.#report)) return { State: 'COMPLETE' };
    const { clock, random } = this.#account;
    const { low, high } = generationMilliseconds;
    this.#isInProgress = true;
    clock.at(clock.now() + Math.round(random.stream('iam.reports').between(low, high)), () => {
      this.#isInProgress = false;
      this.#report = { generatedAt: clock.now(), content: Buffer.from(renderReport(this.#directory)) };
    });
    return { State: 'STARTED', Description: 'No report exists. Starting a new report generation task' };
  }

  get(): Omit<sdk.GetCredentialReportCommandOutput, '$metadata'> {
    if (this.#isInProgress) throw new AwsError('CredentialReportNotReadyException', 'Report generation is in progress.', { statusCode: 404 });
    if (this.#report === undefined) throw new AwsError('CredentialReportNotPresentException', 'No report exists.', { statusCode: 410 });
    if (this.#isExpired(this.#report)) throw new AwsError('CredentialReportExpiredException', 'The report has expired.', { statusCode: 410 });
    const { content, generatedAt } = this.#report;
    return { Content: new Uint8Array(content), ReportFormat: 'text/csv', GeneratedTime: dateOf(generatedAt) };
  }

  #isExpired({ generatedAt }: Report): boolean {
    return this.#account.clock.now() - generatedAt >= validMilliseconds;
  }
}

function renderReport(directory: Directory): string {
  const { maxAgeDays } = directory.passwordPolicy ?? {};
  const rows = [columns, rootRow(directory), ...directory.holders.user.list().map((user) => userRow(user, maxAgeDays))];
  return rows.map((row) => row.join(',')).join('\n');
}

function userRow(user: User, maxAgeDays: number | undefined): readonly string[] {
  const { password } = user;
  const [first, second] = user.accessKeys;
  const rotation = password === undefined || maxAgeDays === undefined ? 'N/A' : time(password.lastChangedAt + maxAgeDays * dayMilliseconds);
  return [
    user.name,
    user.arn,
    time(user.createdAt),
    String(password !== undefined),
    password === undefined ? 'N/A' : lastSignIn(password.lastUsedAt),
    password === undefined ? 'N/A' : time(password.lastChangedAt),
    rotation,
    String(user.mfaDevices.length > 0),
    ...keyCells(first),
    ...keyCells(second),
    ...signingCertificates,
  ];
}

/** Of the root user, some things are `not_supported` (same page). */
function rootRow(directory: Directory): readonly string[] {
  const { root } = directory;
  const [first, second] = root.accessKeys;
  return [
    '<root_account>',
    directory.arn('root'),
    time(root.createdAt),
    'not_supported',
    lastSignIn(root.passwordLastUsedAt),
    'not_supported',
    'not_supported',
    String(root.mfaDevices.length > 0),
    ...keyCells(first),
    ...keyCells(second),
    ...signingCertificates,
  ];
}

function keyCells(key: Omit<AccessKey, 'id'> | undefined): readonly string[] {
  if (key === undefined) return ['false', 'N/A', 'N/A', 'N/A', 'N/A'];
  const { lastUsed } = key;
  const use = lastUsed === undefined ? ['N/A', 'N/A', 'N/A'] : [time(lastUsed.at), lastUsed.region, lastUsed.service];
  return [String(key.status === 'Active'), time(key.createdAt), ...use];
}

function lastSignIn(at: number | undefined): string {
  return at === undefined ? 'no_information' : time(at);
}

/** ISO 8601 to the second, with the offset written out. */
function time(milliseconds: number): string {
  return `${new Date(milliseconds).toISOString().slice(0, 19)}+00:00`;
}
