import type * as sdk from '@aws-sdk/client-iam';
import { type Operation, operation } from '../../../kernel/service.ts';
import { AuthorizationDetails } from '../authorization-details.ts';
import { CredentialReports } from '../credential-report.ts';
import { LastAccessedJobs } from '../last-accessed.ts';
import { onAccount, onArn } from '../requests.ts';
import type { OperationState } from './state.ts';

/** What is told of the whole account at once, and what is made while the caller waits. */
export function reportOperations(state: OperationState): Readonly<Record<string, Operation>> {
  const { account, directory } = state;
  const details = new AuthorizationDetails(state, () => account.random.stream('iam.pages'));
  const reports = new CredentialReports(account, directory);
  const jobs = new LastAccessedJobs(account, state);
  return {
    GetAccountAuthorizationDetails: operation<sdk.GetAccountAuthorizationDetailsCommandInput, sdk.GetAccountAuthorizationDetailsCommandOutput>({
      authorise: () => onAccount('GetAccountAuthorizationDetails'),
      execute: (input) => details.page(input),
    }),
    GenerateCredentialReport: operation<sdk.GenerateCredentialReportCommandInput, sdk.GenerateCredentialReportCommandOutput>({
      authorise: () => onAccount('GenerateCredentialReport'),
      execute: () => reports.generate(),
    }),
    GetCredentialReport: operation<sdk.GetCredentialReportCommandInput, sdk.GetCredentialReportCommandOutput>({
      authorise: () => onAccount('GetCredentialReport'),
      execute: () => reports.get(),
    }),
    GenerateServiceLastAccessedDetails: operation<sdk.GenerateServiceLastAccessedDetailsCommandInput, sdk.GenerateServiceLastAccessedDetailsCommandOutput>({
      authorise: (input) => onArn('GenerateServiceLastAccessedDetails', input.Arn ?? ''),
      execute: (input) => ({ JobId: jobs.start(input) }),
    }),
    GetServiceLastAccessedDetails: operation<sdk.GetServiceLastAccessedDetailsCommandInput, sdk.GetServiceLastAccessedDetailsCommandOutput>({
      authorise: () => onAccount('GetServiceLastAccessedDetails'),
      execute: (input) => jobs.get(input),
    }),
  };
}
