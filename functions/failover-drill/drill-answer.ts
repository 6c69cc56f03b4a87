import * as z from 'zod';
import { answerFields } from '../platform/approval.ts';
import { drillReferenceSchema } from './drill-records.ts';

/** What a person answers when a drill was asked for. */
export const drillAnswerSchema = z.strictObject({ ...drillReferenceSchema.shape, ...answerFields });
