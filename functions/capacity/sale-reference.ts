import * as z from 'zod';
import { saleIdSchema } from './lease.ts';

/** One revision of one sale: what an execution of `sale-scaling` is about. */
export const saleReferenceSchema = z.object({ saleId: saleIdSchema, revision: z.int().min(1) });
