import { X509Certificate } from 'node:crypto';
import type { ConnectionOptions } from 'node:tls';

/** What a client gives as `ca`. */
export type Authorities = ConnectionOptions['ca'];

const contexts = new WeakMap<object, Authorities>();
const subjectsOfLists = new WeakMap<object, string>();
const subjectsOfTexts = new Map<string, string>();

/** A secure context that is good for nothing but to remember whom a client trusts. */
export function rememberAuthorities(ca: Authorities): object {
  const context = { context: {} };
  contexts.set(context, ca);
  return context;
}

export function authoritiesOf({ ca, secureContext }: ConnectionOptions): Authorities {
  return ca ?? (secureContext === undefined ? undefined : contexts.get(secureContext));
}

/**
 * Whether a client that trusts `ca` trusts a database of a Region. RDS signs by its own authority of the Region,
 * `rds-ca-rsa2048-g1` unless told otherwise, which no system trusts (RDS user guide, "Using SSL/TLS to encrypt a connection").
 */
export function isTrusted(ca: Authorities, region: string): boolean {
  return subjectsIn(ca).includes(`CN=Amazon RDS ${region} Root CA RSA2048 G1`);
}

/** Subjects of all certificates, read once: bundles are large, and the same one is given for every connection. */
function subjectsIn(ca: Authorities): string {
  if (ca === undefined) return '';
  let subjects = typeof ca === 'string' ? subjectsOfTexts.get(ca) : subjectsOfLists.get(ca);
  if (subjects === undefined) {
    subjects = [ca].flat().map((part) => readSubjects(String(part))).join('\n');
    if (typeof ca === 'string') subjectsOfTexts.set(ca, subjects);
    else subjectsOfLists.set(ca, subjects);
  }
  return subjects;
}

function readSubjects(pem: string): string {
  const certificates = pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/gu) ?? [];
  return certificates.map((certificate) => new X509Certificate(certificate).subject).join('\n');
}
