import { GetSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import * as z from 'zod';
import { secretsManager } from '../platform/clients.ts';
import { Defect } from '../platform/errors.ts';
import { createHandler } from '../platform/handler.ts';
import { drillVariables } from './environment.ts';
import { certificateAuthorities } from './probe/certificate-authorities.ts';
import { prepare } from './probe/database-preparation.ts';
import { mysqlEngine } from './probe/mysql-driver.ts';
import { postgres } from './probe/postgres-driver.ts';

const { DATABASE_SECRET_ARN, DATABASE_HOST, DATABASE_PORT, DATABASE_NAME, DATABASE_ENGINE, AWS_REGION } = drillVariables;

const patienceMilliseconds = { connect: 5000, query: 10_000 } as const;

/** What RDS puts into the secret that it keeps for an administrator. */
const secretSchema = z.object({ username: z.string().min(1), password: z.string().min(1) });

/** Makes the user and the table of the probe, as administrator: at every deployment, and any number of times. */
export const handler = createHandler({
  input: z.unknown(),
  environment: { DATABASE_SECRET_ARN, DATABASE_HOST, DATABASE_PORT, DATABASE_NAME, DATABASE_ENGINE, AWS_REGION },
  handle: async (_event, { environment, logger }) => {
    const engine = environment.DATABASE_ENGINE === 'postgres' ? postgres : mysqlEngine;
    const { username, password } = await readSecret(environment.DATABASE_SECRET_ARN);
    const target = {
      host: environment.DATABASE_HOST,
      port: environment.DATABASE_PORT,
      database: environment.DATABASE_NAME,
      user: username,
      certificateAuthorities: certificateAuthorities(environment.AWS_REGION),
      connectMilliseconds: patienceMilliseconds.connect,
      queryMilliseconds: patienceMilliseconds.query,
    };
    const administrator = await engine.connect(target, password);
    try {
      const prepared = await prepare(engine.name, administrator);
      logger.info('The database is prepared for the probe.', { prepared });
      return { prepared };
    } finally {
      administrator.destroy();
    }
  },
});

/** What is wrong with a secret is told without what is in it. */
async function readSecret(secretArn: string): Promise<z.infer<typeof secretSchema>> {
  const { SecretString: text = '' } = await secretsManager().send(new GetSecretValueCommand({ SecretId: secretArn }));
  const result = secretSchema.safeParse(parseJson(text));
  if (!result.success) throw new Defect(`The secret ${secretArn} is not one that RDS keeps for an administrator.`);
  return result.data;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
