import { Transient } from '../functions/platform/errors.ts';

/** What the process ends with; documented in `--help`. */
export const exitCodes = { done: 0, refused: 1, usage: 2, unreachable: 3, defect: 70 } as const;
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

export const exitCodeHelp = [
  'Exit codes:',
  '  0   done',
  '  1   refused, or blocked: the message says by what',
  '  2   wrong usage or input: nothing was asked of AWS, or what was asked for is not known there',
  '  3   AWS or the deployment could not be reached, or failed',
  '  70  a defect of this command',
].join('\n');

/** A command that ends without doing what it was asked; `next` says what to do about it. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
  readonly exitCode: ExitCode;
  readonly next: string | undefined;

  constructor(exitCode: ExitCode, message: string, next?: string, options?: ErrorOptions) {
    super(message, options);
    this.exitCode = exitCode;
    this.next = next;
  }
}

export function refused(message: string, next?: string): CommandError {
  return new CommandError(exitCodes.refused, message, next);
}

export function wrongInput(message: string, next?: string): CommandError {
  return new CommandError(exitCodes.usage, message, next);
}

export function unreachable(message: string, next?: string, cause?: unknown): CommandError {
  return new CommandError(exitCodes.unreachable, message, next, { cause });
}

const credentialNames = new Set([
  'CredentialsProviderError', 'ExpiredToken', 'ExpiredTokenException', 'UnrecognizedClientException', 'InvalidClientTokenId',
  'InvalidSignatureException', 'SignatureDoesNotMatch', 'TokenProviderError', 'TokenRefreshRequired',
]);
const deniedNames = new Set(['AccessDenied', 'AccessDeniedException', 'UnauthorizedOperation']);

/** Codes by which Node tells of sockets, names and certificates. */
const networkCodes = /^(E(CONN|NOTFOUND|TIMEDOUT|AI_|PIPE|HOST|NET)|CERT_|ERR_TLS|ERR_SSL|UNABLE_TO|SELF_SIGNED|DEPTH_ZERO)/u;

function isOfTheNetwork(error: Error & { readonly code?: unknown }): boolean {
  return error.name === 'TimeoutError' || (typeof error.code === 'string' && networkCodes.test(error.code));
}

/** `error` as one that tells a person what to do; undefined where it is none that AWS or the network makes. */
export function asCommandError(error: unknown): CommandError | undefined {
  if (error instanceof CommandError) return error;
  if (!(error instanceof Error)) return undefined;
  const said = `${error.name}: ${error.message}`;
  if (credentialNames.has(error.name)) {
    return unreachable(`AWS has not accepted who you are. ${said}`, 'Log in: AWS_PROFILE, `aws sso login`, or keys in the environment, as the role WebMarket-<Environment>-Operator, with MFA.', error);
  }
  if (deniedNames.has(error.name)) {
    return unreachable(`AWS refused it. ${said}`, 'Assume the role WebMarket-<Environment>-Operator of the account, with MFA; it is all that this command needs.', error);
  }
  if (error.message.startsWith('Region is missing')) {
    return unreachable('No AWS Region is set.', 'Set AWS_REGION to that of the shop, such as eu-west-3, or `region` in your AWS profile.', error);
  }
  if (error instanceof Transient || isOfTheNetwork(error)) {
    return unreachable(`AWS did not answer. ${said}`, 'Try again; to repeat a command is harmless. If it lasts, look at the network, and at AWS_ENDPOINT_URL if it is set.', error);
  }
  return '$metadata' in error ? unreachable(`AWS answered with an error. ${said}`, 'Try again; if it lasts, hand the message in.', error) : undefined;
}
