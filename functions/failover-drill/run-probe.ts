import dns from 'node:dns/promises';
import type { Logger } from '@aws-lambda-powertools/logger';
import * as z from 'zod';
import { Transient } from '../platform/errors.ts';
import { createHandler } from '../platform/handler.ts';
import { Ledger } from '../platform/ledger.ts';
import { drillReferenceSchema } from './drill-records.ts';
import { drillVariables } from './environment.ts';
import { makeAuthToken } from './probe/auth-token.ts';
import { certificateAuthorities } from './probe/certificate-authorities.ts';
import type { ProbeDriver } from './probe/driver.ts';
import type { ProbeLimits } from './probe/ending.ts';
import { createDriver } from './probe/engine.ts';
import { mysqlEngine } from './probe/mysql-driver.ts';
import { probeDatabase } from './probe/mysql-sql.ts';
import { findReport, Notebook } from './probe/notebook.ts';
import { postgres } from './probe/postgres-driver.ts';
import { probeUser } from './probe/postgres-sql.ts';
import { systemClock } from './probe/probe-clock.ts';
import type { ProbeReport } from './probe/probe-report.ts';
import { probe } from './probe/probe.ts';

const { LEDGER_TABLE, DATABASE_HOST, DATABASE_PORT, DATABASE_NAME, DATABASE_ENGINE, AWS_REGION } = drillVariables;

const patienceMilliseconds = { connect: 2000, query: 2000 } as const;

/** An observation begins after the event: it makes sure that the database can be written to. */
const withoutOutageMilliseconds = { drill: 300_000, observation: 60_000 } as const;

interface Target {
  readonly DATABASE_HOST: string;
  readonly DATABASE_PORT: number;
  readonly DATABASE_NAME: string;
  readonly DATABASE_ENGINE: 'postgres' | 'mysql';
  readonly AWS_REGION: string;
}

/**
 * Writes to the database while it fails over, and files what came of it in the ledger. Called again for a drill that has its
 * report, it answers with that and writes nothing.
 */
export const handler = createHandler({
  input: drillReferenceSchema.extend({ mode: z.enum(['drill', 'observation']) }),
  environment: { LEDGER_TABLE, DATABASE_HOST, DATABASE_PORT, DATABASE_NAME, DATABASE_ENGINE, AWS_REGION },
  handle: async ({ drillId, mode }, { environment, logger, now, deadline, requestId }) => {
    const ledger = new Ledger(environment.LEDGER_TABLE);
    const standing = await findReport(ledger, drillId, systemClock);
    if (standing !== undefined) return { ended: standing.ended };
    const notebook = new Notebook(ledger, drillId);
    // Rows of two invocations are never mixed up, even where Lambda repeats one under its old name.
    const runId = `${drillId}/${requestId}/${now}`;
    const warn = warningsOf(logger);
    const limits: ProbeLimits = { withoutOutage: withoutOutageMilliseconds[mode], withoutCommit: 60_000, reserve: 20_000 };
    const report = await probe(
      { runId, deadline, limits },
      { clock: systemClock, driver: driverOf(environment), resolve: () => addressesOf(environment.DATABASE_HOST), note: (progress) => notebook.note(progress), warn },
    );
    if (report === undefined || !(await fileReport(notebook, runId, report, { deadline, warn }))) {
      throw new Transient(`Another invocation has taken over the probe of ${drillId}.`);
    }
    return { ended: report.ended };
  },
});

function driverOf({ DATABASE_HOST: host, DATABASE_PORT: port, DATABASE_NAME: name, DATABASE_ENGINE: engine, AWS_REGION: region }: Target): ProbeDriver {
  const target = {
    host,
    port,
    // In MySQL a schema is a database, and the probe may not enter the shop's.
    database: engine === 'postgres' ? name : probeDatabase,
    user: probeUser,
    certificateAuthorities: certificateAuthorities(region),
    connectMilliseconds: patienceMilliseconds.connect,
    queryMilliseconds: patienceMilliseconds.query,
  };
  return createDriver(engine === 'postgres' ? postgres : mysqlEngine, target, () => makeAuthToken({ host, port, user: probeUser, region }));
}

async function addressesOf(host: string): Promise<string[]> {
  const found = await dns.lookup(host, { all: true });
  return found.map(({ address }) => address).toSorted();
}

function fileReport(notebook: Notebook, runId: string, report: ProbeReport, { deadline, warn }: { deadline: number; warn: (message: string, error: Error) => void }): Promise<boolean> {
  const acknowledged = report.writers.reduce((sum, writer) => sum + writer.acknowledged, 0);
  const { startedAt, endedAt: at } = report;
  return notebook.file({ runId, startedAt, at, state: 'ended', acknowledged, report }, { clock: systemClock, deadline, warn });
}

function warningsOf(logger: Logger): (message: string, error: Error) => void {
  return (message, error) => logger.warn(message, error);
}
