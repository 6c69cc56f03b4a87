/** The most that one call gives: what the API references name as the upper bound of `MaxResults`, `MaxItems` and the like. */
export const pageSizes = {
  DescribeSecurityGroups: 1000,
  DescribeSecurityGroupRules: 1000,
  DescribeManagedPrefixLists: 100,
  GetManagedPrefixListEntries: 100,
  DescribeNetworkInterfaces: 1000,
  DescribeNetworkAcls: 1000,
  DescribeVpcs: 1000,
  DescribeFlowLogs: 1000,
  DescribeVpcPeeringConnections: 1000,
  DescribeLoadBalancers: 400,
  DescribeDBInstances: 100,
  DescribeAutoScalingGroups: 100,
  DescribeLaunchTemplateVersions: 200,
  DescribeInstances: 1000,
  DescribeIamInstanceProfileAssociations: 1000,
  DescribeMetricFilters: 50,
  DescribeAlarms: 100,
  GetAccountAuthorizationDetails: 1000,
  ListInstanceProfiles: 1000,
  ListServerCertificates: 1000,
  ListVirtualMFADevices: 1000,
  ListAnalyzers: 100,
  GetServiceLastAccessedDetails: 1000,
  GetParametersByPath: 10,
} as const;

type PagedCall = keyof typeof pageSizes;

/** Listings that a look at a whole account always asks for: it takes a call to find one empty. */
const wholeListings = [
  'DescribeSecurityGroups', 'DescribeSecurityGroupRules', 'DescribeNetworkInterfaces', 'DescribeNetworkAcls', 'DescribeVpcs',
  'DescribeFlowLogs', 'DescribeVpcPeeringConnections', 'DescribeLoadBalancers', 'DescribeDBInstances', 'DescribeAutoScalingGroups',
  'DescribeLaunchTemplateVersions', 'DescribeInstances', 'DescribeIamInstanceProfileAssociations',
  'GetAccountAuthorizationDetails', 'ListInstanceProfiles', 'ListServerCertificates', 'ListAnalyzers',
] as const satisfies readonly PagedCall[];

/** How much there is in an account. */
export interface AccountSizes {
  /** What each listing gives altogether. @default 0 */
  readonly listed: Readonly<Partial<Record<(typeof wholeListings)[number], number>>>;
  /** Entries of each prefix list that a rule names. */
  readonly prefixListEntries?: readonly number[];
  /** Launch templates of which a version is launched that is neither their latest nor their default. */
  readonly pinnedTemplates?: number;
  readonly trails?: number;
  /** Metric filters of each log group that a trail writes to. */
  readonly metricFilters?: readonly number[];
  /** Alarms of the Region. Undefined where there is no metric filter: none is looked for. */
  readonly alarms?: number;
  /** Virtual MFA devices in use. Undefined where the root user has no MFA: none is looked for. */
  readonly virtualMfaDevices?: number;
  /** Services that each role with an access job may use. */
  readonly roleServices?: readonly number[];
}

/** The calls that a look at a whole account cannot do without, by operation, were every page full. */
export function fewestCalls(sizes: AccountSizes): Readonly<Record<string, number>> {
  const { prefixListEntries = [], metricFilters = [], roleServices = [], alarms, virtualMfaDevices } = sizes;
  const listings = wholeListings.map((call) => [call, pagesOf(call, sizes.listed[call] ?? 0)] as const);
  return {
    ...Object.fromEntries(listings),
    DescribeManagedPrefixLists: Math.ceil(prefixListEntries.length / pageSizes.DescribeManagedPrefixLists),
    GetManagedPrefixListEntries: sum(prefixListEntries.map((entries) => pagesOf('GetManagedPrefixListEntries', entries))),
    DescribeMetricFilters: sum(metricFilters.map((filters) => pagesOf('DescribeMetricFilters', filters))),
    DescribeAlarms: alarms === undefined ? 0 : pagesOf('DescribeAlarms', alarms),
    GetServiceLastAccessedDetails: sum(roleServices.map((services) => pagesOf('GetServiceLastAccessedDetails', services))),
    ListVirtualMFADevices: virtualMfaDevices === undefined ? 0 : pagesOf('ListVirtualMFADevices', virtualMfaDevices),
    'DescribeLaunchTemplateVersions of one template': sizes.pinnedTemplates ?? 0,
    DescribeTrails: 1,
    GetTrailStatus: sizes.trails ?? 0,
    GetCredentialReport: 1,
    GetAccountSummary: 1,
    GetAccountPasswordPolicy: 1,
  };
}

function pagesOf(call: PagedCall, count: number): number {
  return Math.max(1, Math.ceil(count / pageSizes[call]));
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
