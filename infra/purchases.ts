/**
 * What binds the account to pay for a term, by patterns that take in what AWS adds under the same names: the orchestrator
 * advises on commitments, and people make them in the console, with credentials of their own. For the services that the
 * target architecture has, or would plausibly get. To exchange or to change what is committed binds as much as to buy; to
 * look at offers costs nothing and is not in it. Source: Service Authorization Reference.
 */
export const purchases: readonly string[] = [
  // Reserved and scheduled instances, dedicated hosts, capacity blocks.
  'ec2:Purchase*',
  // A convertible reservation for a dearer one; a reservation split over other types and zones, or put up for sale.
  'ec2:AcceptReservedInstancesExchangeQuote', 'ec2:ModifyReservedInstances', 'ec2:CreateReservedInstancesListing',
  'rds:Purchase*',
  // Compute, instance and database savings plans alike.
  'savingsplans:CreateSavingsPlan',
  'cloudfront:CreateSavingsPlan', 'dynamodb:Purchase*', 'elasticache:Purchase*', 'es:Purchase*', 'memorydb:Purchase*', 'redshift:Purchase*',
  'redshift:AcceptReservedNodeExchange', 'redshift-serverless:CreateReservation', 'sagemaker:CreateReservedCapacity',
];
