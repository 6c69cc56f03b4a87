import { defineCheck } from '../check.ts';
import type { Finding } from '../finding.ts';
import { matchesFilter } from '../network-filter-pattern.ts';
import type { Monitoring, Snapshot } from '../snapshot.ts';

interface Detail {
  readonly what: 'metadata' | 'flow-logs' | 'monitoring';
  /** Calls that change groups and of which nobody is told. */
  readonly unwatched?: readonly string[];
}

export const networkVisibility = defineCheck<Detail>({
  id: 'SG17',
  title: 'Instances need a token for their metadata, and what happens in the network is seen',
  description:
    'An instance that gives its credentials to whoever asks without a token (IMDSv1); a VPC without an active flow log of at least the rejected traffic; a change of security groups of which no alarm tells, by a metric filter on the log group of a multi-region trail. The last needs an alarm that acts, for every call that changes groups.',
  severity: 'medium',
  references: ['CIS 6.7', 'CIS 4.7', 'CIS 5.10', 'EC2.8', 'EC2.6'],
  remediation: 'report-only',
  reads: ['instances', 'vpcs', 'monitoring'],
  scope: 'account',
  evaluate(snapshot) {
    return [...metadataFindings(snapshot), ...flowLogFindings(snapshot), ...monitoringFindings(snapshot)];
  },
});

const goneStates: ReadonlySet<string> = new Set(['shutting-down', 'terminated']);

function metadataFindings({ instances }: Snapshot): readonly Finding<Detail>[] {
  return instances
    .filter(({ httpTokens, state }) => httpTokens === 'optional' && !goneStates.has(state))
    .map(({ id }) => ({
      ...reported,
      key: `SG17/${id}`,
      resource: { type: 'AWS::EC2::Instance', id },
      severity: 'high',
      message: `The instance ${id} answers for its metadata without a token.`,
      detail: { what: 'metadata' },
    }));
}

function flowLogFindings({ vpcs }: Snapshot): readonly Finding<Detail>[] {
  return vpcs
    // A log of the accepted traffic alone does not show who was trying.
    .filter(({ flowLogs }) => !flowLogs.some(({ isActive, trafficType }) => isActive && trafficType !== 'ACCEPT'))
    .map(({ id, isDefault }) => ({
      ...reported,
      key: `SG17/${id}`,
      resource: { type: 'AWS::EC2::VPC', id },
      severity: 'medium',
      message: `The ${isDefault ? 'default ' : ''}VPC ${id} has no active flow log of its rejected traffic.`,
      detail: { what: 'flow-logs' },
    }));
}

/** Calls by which security groups and their rules change; CIS 5.10 names them without ModifySecurityGroupRules, which is younger. */
const groupChanges = [
  'AuthorizeSecurityGroupIngress', 'AuthorizeSecurityGroupEgress', 'RevokeSecurityGroupIngress', 'RevokeSecurityGroupEgress',
  'ModifySecurityGroupRules', 'CreateSecurityGroup', 'DeleteSecurityGroup',
] as const;

function monitoringFindings({ monitoring, accountId, region }: Snapshot): readonly Finding<Detail>[] {
  const patterns = alarmedPatterns(monitoring);
  const unwatched = groupChanges.filter((eventName) => {
    const record = { eventName, eventSource: 'ec2.amazonaws.com', eventType: 'AwsApiCall', awsRegion: region, recipientAccountId: accountId };
    return !patterns.some((pattern) => matchesFilter(pattern, record));
  });
  if (unwatched.length === 0) return [];
  const message = `No alarm on a multi-region trail tells of ${unwatched.join(', ')}.`;
  const resource = { type: 'AWS::Account', id: accountId } as const;
  return [{ ...reported, key: `SG17/${accountId}/monitoring`, resource, severity: 'medium', message, detail: { what: 'monitoring', unwatched } }];
}

/** Patterns of filters on trails that log, of which each match reaches somebody through an alarm. */
function alarmedPatterns({ trails, metricFilters, alarms }: Monitoring): readonly string[] {
  const watching = trails.filter(({ isMultiRegion, isLogging }) => isMultiRegion && isLogging);
  const logGroups = new Set(watching.flatMap(({ logGroupName }) => logGroupName ?? []));
  const acting = alarms.filter(({ actions, actionsEnabled }) => actionsEnabled && actions.length > 0);
  return metricFilters
    .filter(({ logGroupName }) => logGroups.has(logGroupName))
    .filter(({ metricNamespace, metricName }) => acting.some((alarm) => alarm.metricNamespace === metricNamespace && alarm.metricName === metricName))
    .map(({ pattern }) => pattern);
}

const reported = { checkId: 'SG17', remediation: 'report-only' } as const;
