import * as z from 'zod';
import { answerFields } from '../platform/approval.ts';
import { bucketRoles } from './settings.ts';

/** What a person answers when rules of a bucket would let something go for good. */
export const lifecycleAnswerSchema = z.strictObject({ role: z.enum(bucketRoles), ...answerFields });
