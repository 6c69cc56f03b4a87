import type { AwsError } from '../kernel/aws-error.ts';

export interface PageRequest {
  /** How many items the caller asked for. */
  readonly size: number | undefined;
  readonly defaultSize: number;
  readonly token: string | undefined;
  /** What the service answers to a token that it did not give. */
  badToken(): AwsError;
}

/** One page of a listing. The token is the position of the next item: listings do not change between pages here. */
export function pageOf<T>(items: readonly T[], request: PageRequest): { readonly items: T[]; readonly nextToken: string | undefined } {
  const start = request.token === undefined ? 0 : positionIn(request.token);
  if (start === undefined) throw request.badToken();
  const end = start + (request.size ?? request.defaultSize);
  return { items: items.slice(start, end), nextToken: end < items.length ? tokenFor(end) : undefined };
}

function tokenFor(position: number): string {
  return Buffer.from(`position:${position}`).toString('base64');
}

function positionIn(token: string): number | undefined {
  const position = /^position:(\d+)$/u.exec(Buffer.from(token, 'base64').toString('utf8'))?.[1];
  return position === undefined ? undefined : Number(position);
}
