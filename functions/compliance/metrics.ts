/** Namespace of what this capability measures; the only one that its functions may write. */
export const metricNamespace = 'WebMarket/Compliance';
