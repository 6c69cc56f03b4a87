import { s3RequestParameters } from '../s3/trail-parameters.ts';
import { ec2RequestParameters, ec2ResponseElements } from './ec2-spelling.ts';
import { hidden, spellValue } from './spelling.ts';

type Members = Readonly<Record<string, unknown>>;

/** Members that no record shows, whatever the service. */
const secrets: ReadonlySet<string> = new Set([
  'Password', 'NewPassword', 'OldPassword', 'MasterUserPassword', 'SecretString', 'SecretBinary', 'Plaintext', 'StringSeed', 'OutputToken',
]);

/** Members of one service that hold what its callers want kept. */
const secretsOf: Readonly<Record<string, ReadonlySet<string>>> = {
  Lambda: new Set(['Environment', 'ZipFile']),
  SFN: new Set(['input', 'output', 'cause', 'error', 'definition']),
  SSM: new Set(['Value']),
};

/** Left out altogether. */
const omitted: ReadonlySet<string> = new Set(['SecretAccessKey', '$metadata']);

/** The SDK's input as `requestParameters` spells it; null where nothing was given. */
export function requestParameters(sdkId: string, operation: string, input: unknown): Members | null {
  const members = withoutSecrets(sdkId, input) as Members | undefined;
  if (members === undefined || Object.keys(members).length === 0) return null;
  if (sdkId === 'S3') return s3RequestParameters(operation, members);
  return sdkId === 'EC2' ? ec2RequestParameters(operation, members) : (spellValue(members) as Members);
}

/** The SDK's output as `responseElements` spells it; null for a call that answers nothing. */
export function responseElements(sdkId: string, operation: string, output: unknown, requestId: string): Members | null {
  const members = (withoutSecrets(sdkId, output) ?? {}) as Members;
  // Answers of S3 are in headers.
  if (sdkId === 'S3') return null;
  if (sdkId === 'EC2') return ec2ResponseElements(operation, members, requestId);
  return Object.keys(members).length === 0 ? null : (spellValue(members) as Members);
}

function withoutSecrets(sdkId: string, value: unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => withoutSecrets(sdkId, item));
  if (typeof value !== 'object' || value === null || value instanceof Date || value instanceof Uint8Array) return value;
  const own = secretsOf[sdkId];
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name, inner]) => inner !== undefined && !omitted.has(name))
      .map(([name, inner]): [string, unknown] => {
        const isSecret = secrets.has(name) || own?.has(name) === true;
        return [name, isSecret ? hidden : withoutSecrets(sdkId, inner)];
      }),
  );
}
