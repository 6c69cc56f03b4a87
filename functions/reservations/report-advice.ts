import * as z from 'zod';
import { Defect } from '../platform/errors.ts';
import { getEvidence, putEvidence, putEvidenceBody } from '../platform/evidence.ts';
import { createHandler } from '../platform/handler.ts';
import { Ledger } from '../platform/ledger.ts';
import { notify } from '../platform/notifications.ts';
import { type AdviceReport, adviceReportSchema, adviceRequestSchema, reportKey } from './advice.ts';
import { describeAdvice } from './announcement.ts';
import { commitmentsSchema } from './commitments.ts';
import { compileAdvice } from './compile-advice.ts';
import { reservationVariables } from './environment.ts';
import { advicePage } from './formats/page.ts';
import { observationSchema } from './observation.ts';

const { LEDGER_TABLE, EVIDENCE_BUCKET, TOPIC_ARN, INSTANCE_TYPE, RESERVATION_SETTINGS, ADVICE_PRICES } = reservationVariables;

type Request = z.infer<typeof adviceRequestSchema>;

/** Files the advice and tells it. The one that was filed first is the month's: page and message follow it, whatever a repetition would find. */
export const handler = createHandler({
  input: adviceRequestSchema.extend({ observation: observationSchema, commitments: commitmentsSchema.nullable() }),
  environment: { LEDGER_TABLE, EVIDENCE_BUCKET, TOPIC_ARN, INSTANCE_TYPE, RESERVATION_SETTINGS, ADVICE_PRICES },
  handle: async ({ observation, commitments, ...request }, { environment, now }) => {
    const { EVIDENCE_BUCKET: bucket, TOPIC_ARN: topicArn } = environment;
    const compiled = compileAdvice({
      adviceId: request.adviceId,
      at: new Date(now).toISOString(),
      instanceType: environment.INSTANCE_TYPE,
      observation,
      commitments: commitments ?? undefined,
      prices: environment.ADVICE_PRICES,
      settings: environment.RESERVATION_SETTINGS,
    });
    const report = await fileReport(compiled, request, bucket);
    const ledger = new Ledger(environment.LEDGER_TABLE);
    await notify(describeAdvice(report, `s3://${bucket}/${reportKey(request, 'advice.html')}`), { ledger, topicArn, now });
    return { verdicts: Object.fromEntries(report.subjects.map(({ subject, verdict }) => [subject, verdict])) };
  },
});

async function fileReport(report: AdviceReport, request: Request, bucket: string): Promise<AdviceReport> {
  const key = reportKey(request, 'advice.json');
  const isWritten = await putEvidence(bucket, key, report);
  const standing = isWritten ? report : parseReport(key, await getEvidence(bucket, key));
  await putEvidenceBody(bucket, reportKey(request, 'advice.html'), { body: advicePage(standing), contentType: 'text/html; charset=utf-8' });
  return standing;
}

function parseReport(key: string, document: unknown): AdviceReport {
  const result = adviceReportSchema.safeParse(document);
  if (!result.success) throw new Defect(`The evidence ${key} is malformed: ${z.prettifyError(result.error)}`);
  return result.data;
}
