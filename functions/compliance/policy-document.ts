import * as z from 'zod';

/**
 * A policy as IAM keeps it, parsed leniently: what IAM accepts is what may stand in the account. What its parts mean is
 * decided elsewhere. Source: "IAM JSON policy elements reference".
 */
const textOrTexts = z.union([z.string(), z.array(z.string())]);

const conditionSchema = z.record(z.string(), z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.array(z.unknown())])));

const principalSchema = z.union([z.string(), z.record(z.string(), textOrTexts)]);

export const policyStatementSchema = z.object({
  Sid: z.string().optional(),
  Effect: z.enum(['Allow', 'Deny']),
  Principal: principalSchema.optional(),
  NotPrincipal: principalSchema.optional(),
  Action: textOrTexts.optional(),
  NotAction: textOrTexts.optional(),
  Resource: textOrTexts.optional(),
  NotResource: textOrTexts.optional(),
  Condition: conditionSchema.optional(),
});

export const policyDocumentSchema = z.object({
  Version: z.string().optional(),
  Id: z.string().optional(),
  Statement: z.union([policyStatementSchema, z.array(policyStatementSchema)]),
});

export type PolicyStatement = z.infer<typeof policyStatementSchema>;
export type PolicyDocument = z.infer<typeof policyDocumentSchema>;
