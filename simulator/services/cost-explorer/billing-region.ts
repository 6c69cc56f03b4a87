/**
 * Cost Explorer and savings plans are global: whatever Region a client has, the SDK's endpoint rules send it there and
 * sign for it, and `aws:RequestedRegion` says so (their endpoint rule sets; IAM user guide, "aws:RequestedRegion").
 */
export const billingRegion = 'us-east-1';
