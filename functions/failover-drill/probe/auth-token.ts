import { Signer } from '@aws-sdk/rds-signer';
import * as z from 'zod';
import { Defect } from '../../platform/errors.ts';

const credentialsSchema = z.object({
  AWS_ACCESS_KEY_ID: z.string().min(1),
  AWS_SECRET_ACCESS_KEY: z.string().min(1),
  AWS_SESSION_TOKEN: z.string().min(1).optional(),
});

/**
 * A password for the database, good for a quarter of an hour, made out of the function's own credentials. Nothing is asked of
 * anybody: Lambda puts them into the environment, and a chain of providers that looks elsewhere might hang.
 */
export function makeAuthToken({ host, port, user, region }: { host: string; port: number; user: string; region: string }): Promise<string> {
  const result = credentialsSchema.safeParse(process.env);
  if (!result.success) throw new Defect(`There are no credentials in the environment: ${z.prettifyError(result.error)}`);
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey, AWS_SESSION_TOKEN: sessionToken } = result.data;
  const credentials = { accessKeyId, secretAccessKey, ...(sessionToken === undefined ? {} : { sessionToken }) };
  return new Signer({ hostname: host, port, username: user, region, credentials }).getAuthToken();
}
