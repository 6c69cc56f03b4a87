/** Says whether a text matches. */
export type Matcher = (text: string) => boolean;

const always: Matcher = () => true;

/** `*` is any run of characters, `?` is one character, the rest is literal. */
function wildcardSource(pattern: string, anyCharacter: string): string {
  return pattern
    .replaceAll(/[\\^$.|+()[\]{}]/gu, String.raw`\$&`)
    .replaceAll('*', `${anyCharacter}*`)
    .replaceAll('?', anyCharacter);
}

/** A matcher for IAM's wildcards: `StringLike`, and, without regard to case, actions. */
export function compileWildcard(pattern: string, options: { readonly ignoreCase?: boolean } = {}): Matcher {
  if (pattern === '*') return always;
  if (!/[*?]/u.test(pattern)) {
    if (options.ignoreCase !== true) return (text) => text === pattern;
    const lowerCase = pattern.toLowerCase();
    return (text) => text.toLowerCase() === lowerCase;
  }
  const expression = new RegExp(`^${wildcardSource(pattern, '.')}$`, options.ignoreCase === true ? 'isu' : 'su');
  return (text) => expression.test(text);
}

/**
 * A matcher for ARNs, part by part: a wildcard never reaches over a colon, save in the last part
 * (IAM user guide, "Resource" and "ARN condition operators").
 */
export function compileArnPattern(pattern: string): Matcher {
  if (pattern === '*') return always;
  if (!/[*?]/u.test(pattern)) return (text) => text === pattern;
  const parts = pattern.split(':');
  if (parts.length < 6) {
    // `arn:aws:s3:::*` has six parts; IAM completes a shorter pattern with its last wildcard.
    if (!pattern.endsWith('*')) return () => false;
    return compileWildcard(pattern);
  }
  const head = parts.slice(0, 5).map((part) => wildcardSource(part, '[^:]'));
  const expression = new RegExp(`^${[...head, wildcardSource(parts.slice(5).join(':'), '.')].join(':')}$`, 'su');
  return (text) => expression.test(text);
}
