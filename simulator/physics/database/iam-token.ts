/** What a token must be for. */
export interface TokenUse {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly region: string;
  /** Epoch milliseconds. */
  readonly now: number;
}

/** A token is good for a quarter of an hour (RDS user guide, "IAM database authentication"). */
const validSeconds = 900;
/** Signature Version 4 bears with clocks that are wrong by so much. */
const toleratedSeconds = 300;

/** Why the text that a client gave as its password is no good token for this; undefined where it is one. */
export function tokenFault(text: string, use: TokenUse): string | undefined {
  const url = URL.parse(`https://${text}`);
  if (url === null || url.searchParams.get('Action') !== 'connect') return 'it is no token';
  const parameter = (name: string): string => url.searchParams.get(name) ?? '';
  if (url.host.toLowerCase() !== `${use.host}:${use.port}`.toLowerCase()) return `it is for ${url.host}`;
  if (parameter('DBUser') !== use.user) return `it is for the user ${parameter('DBUser')}`;
  const [, , region, service] = parameter('X-Amz-Credential').split('/');
  if (region !== use.region || service !== 'rds-db') return `it is signed for ${service ?? 'no service'} in ${region ?? 'no Region'}`;
  if (!/^[0-9a-f]{64}$/u.test(parameter('X-Amz-Signature'))) return 'it is not signed';
  const madeAt = instantOf(parameter('X-Amz-Date'));
  const ageSeconds = (use.now - madeAt) / 1000;
  const limitSeconds = Math.min(Number(parameter('X-Amz-Expires')), validSeconds);
  if (!(ageSeconds <= limitSeconds && ageSeconds >= -toleratedSeconds)) return `it is ${Math.round(ageSeconds)} seconds old`;
  return undefined;
}

/** Of `20270106T070000Z`; `NaN` for any other text. */
function instantOf(text: string): number {
  return Date.parse(text.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/u, '$1-$2-$3T$4:$5:$6Z'));
}
