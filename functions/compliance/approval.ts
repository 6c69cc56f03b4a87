import * as z from 'zod';
import { answerFields } from '../platform/approval.ts';

/** What a person answers when a repair was asked for. */
export const answerSchema = z.strictObject({ repairId: z.string().min(1), ...answerFields });
