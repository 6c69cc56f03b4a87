import { fewestCalls } from '../../../../functions/compliance/collect-calls.ts';

describe('the fewest calls', () => {
  test('an empty account takes one call a listing, and none for what nothing names', () => {
    const calls = fewestCalls({ listed: {} });
    expect(calls).toMatchObject({ DescribeSecurityGroups: 1, GetAccountAuthorizationDetails: 1, DescribeTrails: 1, GetCredentialReport: 1 });
    expect(calls).toMatchObject({ DescribeManagedPrefixLists: 0, GetManagedPrefixListEntries: 0, GetTrailStatus: 0, ListVirtualMFADevices: 0 });
  });

  test.each([
    [10_000, 10],
    [10_001, 11],
    [1, 1],
  ])('%d groups take %d pages', (groups, pages) => {
    expect(fewestCalls({ listed: { DescribeSecurityGroups: groups } })['DescribeSecurityGroups']).toBe(pages);
  });

  test('each prefix list has pages of its own, the lists share theirs', () => {
    const calls = fewestCalls({ listed: {}, prefixListEntries: [101, 0, 100] });
    expect(calls).toMatchObject({ DescribeManagedPrefixLists: 1, GetManagedPrefixListEntries: 4 });
  });
});
