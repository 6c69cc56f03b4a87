import { createHash, createHmac } from 'node:crypto';
import { makeAuthToken } from '../../../../functions/failover-drill/probe/auth-token.ts';
import { certificateAuthorities } from '../../../../functions/failover-drill/probe/certificate-authorities.ts';

const endpoint = { host: 'shop.abc.eu-west-3.rds.amazonaws.com', port: 5432, user: 'webmarket_probe', region: 'eu-west-3' };
const real = process.env;

afterEach(() => {
  process.env = real;
});

function withCredentials(credentials: Readonly<Record<string, string>>): void {
  process.env = { ...credentials };
}

/** The signature, by the book: AWS General Reference, "Signature Version 4", of a request that carries it in its query. */
function signatureOf(token: string, secret: string): string {
  const url = new URL(`https://${token}`);
  const date = url.searchParams.get('X-Amz-Date') ?? '';
  const scope = (url.searchParams.get('X-Amz-Credential') ?? '').split('/').slice(1).join('/');
  const query = [...url.searchParams]
    .filter(([name]) => name !== 'X-Amz-Signature')
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`)
    .toSorted()
    .join('&');
  const hash = (text: string): string => createHash('sha256').update(text).digest('hex');
  const request = ['GET', '/', query, `host:${url.host}`, '', 'host', hash('')].join('\n');
  const keyed = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();
  const key = scope.split('/').reduce<string | Buffer>((key, part) => keyed(key, part), `AWS4${secret}`);
  return keyed(key, ['AWS4-HMAC-SHA256', date, scope, hash(request)].join('\n')).toString('hex');
}

test('a token is signed for the user, the endpoint and a quarter of an hour', async () => {
  withCredentials({ AWS_ACCESS_KEY_ID: 'AKID', AWS_SECRET_ACCESS_KEY: 'secret', AWS_SESSION_TOKEN: 'se/ss+ion=' });
  const token = await makeAuthToken(endpoint);
  const { host, searchParams } = new URL(`https://${token}`);

  expect(host).toBe('shop.abc.eu-west-3.rds.amazonaws.com:5432');
  expect(Object.fromEntries(searchParams)).toMatchObject({
    Action: 'connect', DBUser: 'webmarket_probe', 'X-Amz-Expires': '900', 'X-Amz-SignedHeaders': 'host', 'X-Amz-Security-Token': 'se/ss+ion=',
  });
  expect(searchParams.get('X-Amz-Credential')).toMatch(/^AKID\/\d{8}\/eu-west-3\/rds-db\/aws4_request$/u);
  expect(searchParams.get('X-Amz-Signature')).toBe(signatureOf(token, 'secret'));
});

test('without credentials in the environment nothing is looked for elsewhere', () => {
  withCredentials({ AWS_ACCESS_KEY_ID: 'AKID', HOME: '/nowhere' });

  expect(() => makeAuthToken(endpoint)).toThrow(/AWS_SECRET_ACCESS_KEY/u);
});

test('only the authorities of the Region may vouch for its databases', () => {
  const paris = certificateAuthorities('eu-west-3');

  expect(paris.length).toBeGreaterThanOrEqual(3);
  expect(paris.length).toBeLessThan(10);
  expect(certificateAuthorities('eu-west-1').filter((certificate) => paris.includes(certificate))).toEqual([]);
  expect(() => certificateAuthorities('mars-north-1')).toThrow('mars-north-1');
});
