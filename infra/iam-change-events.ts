/**
 * What EventBridge hears of writes to IAM, in us-east-1 and, forwarded, in the Region of the shop. Calls that failed
 * changed nothing and are dropped; read calls are not delivered at all. Source: EventBridge user guide, "AWS service
 * events delivered via AWS CloudTrail".
 */
export const iamChangePattern = {
  source: ['aws.iam'],
  detailType: ['AWS API Call via CloudTrail'],
  detail: {
    eventSource: ['iam.amazonaws.com'],
    errorCode: [{ exists: false }],
    // CloudTrail has calls that read and yet are not called so; these create reports or try policies out.
    eventName: [{ 'anything-but': { prefix: ['Get', 'List', 'Generate', 'Simulate'] } }],
  },
};
