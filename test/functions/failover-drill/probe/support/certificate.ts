import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';

/** Certificates for a server of a test: an authority, and what it vouches for. Written in DER by hand: Node.js reads them only. */

export interface Authority {
  /** Certificate in PEM. */
  readonly certificate: string;
  readonly name: string;
  readonly key: KeyObject;
}

export interface Identity {
  /** Both in PEM. */
  readonly certificate: string;
  readonly key: string;
}

export function makeAuthority(name: string): Authority {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const basicConstraints = extension('2.5.29.19', sequence(der(0x01, Buffer.from([0xff]))));
  const certificate = certify({ subject: name, publicKey, issuer: name, issuerKey: privateKey, extensions: [basicConstraints] });
  return { certificate, name, key: privateKey };
}

/** For a server of this name. */
export function makeIdentity(host: string, authority: Authority): Identity {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const alternativeName = extension('2.5.29.17', sequence(der(0x82, Buffer.from(host, 'ascii'))));
  const certificate = certify({ subject: host, publicKey, issuer: authority.name, issuerKey: authority.key, extensions: [alternativeName] });
  return { certificate, key: String(privateKey.export({ type: 'pkcs8', format: 'pem' })) };
}

interface Request {
  readonly subject: string;
  readonly publicKey: KeyObject;
  readonly issuer: string;
  readonly issuerKey: KeyObject;
  readonly extensions: readonly Buffer[];
}

function certify({ subject, publicKey, issuer, issuerKey, extensions }: Request): string {
  const ecdsaWithSha256 = sequence(objectIdentifier('1.2.840.10045.4.3.2'));
  const day = 86_400_000;
  const body = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, Buffer.from([1, ...Buffer.from(subject)].slice(0, 16))),
    ecdsaWithSha256,
    nameOf(issuer),
    sequence(instant(Date.now() - day), instant(Date.now() + day)),
    nameOf(subject),
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(...extensions)),
  );
  const signature = der(0x03, Buffer.concat([Buffer.from([0]), sign('sha256', body, issuerKey)]));
  const text = sequence(body, ecdsaWithSha256, signature).toString('base64').replaceAll(/.{64}/gu, '$&\n');
  return `-----BEGIN CERTIFICATE-----\n${text.trim()}\n-----END CERTIFICATE-----\n`;
}

function nameOf(commonName: string): Buffer {
  return sequence(der(0x31, sequence(objectIdentifier('2.5.4.3'), der(0x0c, Buffer.from(commonName)))));
}

function extension(identifier: string, value: Buffer): Buffer {
  return sequence(objectIdentifier(identifier), der(0x04, value));
}

function instant(milliseconds: number): Buffer {
  return der(0x18, Buffer.from(`${new Date(milliseconds).toISOString().replaceAll(/\D/gu, '').slice(0, 14)}Z`));
}

function sequence(...parts: readonly Buffer[]): Buffer {
  return der(0x30, Buffer.concat(parts));
}

function objectIdentifier(text: string): Buffer {
  const [first = 0, second = 0, ...rest] = text.split('.').map(Number);
  const bytes = rest.flatMap((part) => {
    const digits = [part % 128];
    for (let left = Math.floor(part / 128); left > 0; left = Math.floor(left / 128)) digits.unshift((left % 128) + 128);
    return digits;
  });
  return der(0x06, Buffer.from([first * 40 + second, ...bytes]));
}

/** A value with its tag and its length. */
function der(tag: number, value: Buffer): Buffer {
  if (value.length < 128) return Buffer.concat([Buffer.from([tag, value.length]), value]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(value.length);
  const digits = length.subarray(length.findIndex((byte) => byte !== 0));
  return Buffer.concat([Buffer.from([tag, 0x80 + digits.length]), digits, value]);
}
