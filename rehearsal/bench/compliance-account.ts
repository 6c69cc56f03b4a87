import type { AccountSizes } from '../../functions/compliance/collect-calls.ts';
import type { Account } from '../../simulator/kernel/account.ts';
import type { PolicyDocument } from '../../simulator/kernel/authorisation.ts';

/** An account as large as compliance must be able to read in one function: what `npm run bench` measures it with. */

/** Those of the whole account; a share of it has that share of each. */
const whole = { groups: 10_000, rules: 100_000, users: 3000, roles: 1700, userGroups: 300, policies: 500, profiles: 200 };
type Counts = Readonly<typeof whole>;

const vpcCount = 10;
const listEntryCount = 60;

const day = 86_400_000;

/**
 * Fills a deployed account up to 10,000 groups, 100,000 rules and 5,000 principals of IAM, or a share of that. The same
 * every time. Gives how much there is then of what is more than a page.
 */
export function furnishLargeAccount(account: Account, share = 1): AccountSizes {
  const counts = Object.fromEntries(Object.entries(whole).map(([name, count]) => [name, Math.round(count * share)])) as Counts;
  furnishNetwork(account, counts);
  furnishIdentities(account, counts);
  const { ec2, iam } = account;
  const { user, group, role } = iam.directory.holders;
  return {
    listed: {
      DescribeSecurityGroups: ec2.securityGroups.all().length,
      DescribeSecurityGroupRules: ec2.securityGroups.allRules().length,
      // Of the policies of AWS those that are attached are listed too: never enough for another page.
      GetAccountAuthorizationDetails: user.list().length + group.list().length + role.list().length + iam.directory.policies.list().length,
      ListInstanceProfiles: iam.directory.instanceProfiles.list().length,
    },
    prefixListEntries: [listEntryCount],
    // The root user's is the first that is listed: one page is enough, however many there are.
    virtualMfaDevices: 1,
  };
}

function furnishNetwork({ ec2 }: Account, counts: Counts): void {
  const list = ec2.prefixLists.create({
    name: 'offices',
    addressFamily: 'IPv4',
    maxEntries: listEntryCount,
    tags: {},
    entries: Array.from({ length: listEntryCount }, (_entry, index) => ({ cidr: `198.51.${index}.0/24` })),
  });
  const vpcs = Array.from({ length: vpcCount }, (_vpc, index) => ec2.createVpc(`10.${index}.0.0/16`, {}));
  const own = counts.groups - ec2.securityGroups.all().length;
  const ids = Array.from({ length: own }, (_group, index) => {
    const vpcId = vpcs[index % vpcCount]?.id ?? '';
    return ec2.securityGroups.create({ name: `service-${index}`, description: 'bench', vpcId, tags: { team: `team-${index % 40}` } }).id;
  });
  const missing = counts.rules - ec2.securityGroups.allRules().length;
  ids.forEach((id, index) => {
    // Spread evenly; the first groups take what is left over.
    const rules = Math.floor(missing / own) + (index < missing % own ? 1 : 0);
    const neighbour = ids[(index + vpcCount) % own] ?? id;
    ec2.securityGroups.addRules(id, Array.from({ length: rules }, (_rule, position) => ruleOf(index, position, neighbour, list.id)));
  });
}

/** Blocks of both families, groups and a prefix list, in and out, every one distinct within its group. */
function ruleOf(group: number, position: number, neighbour: string, listId: string) {
  const port = 1024 + position * 7;
  const rule = { isEgress: position % 5 === 4, protocol: 'tcp', fromPort: port, toPort: port, description: `port ${port}` };
  switch (position % 4) {
    case 0:
      return { ...rule, groupId: neighbour };
    case 1:
      return { ...rule, cidrIpv6: `2001:db8:${(group % 65_536).toString(16)}::/48` };
    case 2:
      return { ...rule, prefixListId: listId };
    default:
      return { ...rule, cidrIpv4: `10.${group % 256}.${position}.0/24` };
  }
}

function furnishIdentities(account: Account, counts: Counts): void {
  const { directory } = account.iam;
  const trust = statement({ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' });
  const policies = Array.from({ length: counts.policies }, (_policy, index) => account.iam.putManagedPolicy(`policy-${index}`, '/', access(`shared-${index}`)));
  for (let index = 0; index < counts.userGroups; index++) {
    directory.putGroup(`group-${index}`);
    directory.changeInline('group', `group-${index}`, 'access', access(`group-${index}`));
  }
  for (let index = account.iam.roles.length; index < counts.roles; index++) {
    const name = `role-${index}`;
    account.iam.putRole({ name, trust, tags: { team: `team-${index % 40}` } });
    account.iam.putRolePolicy(name, 'access', access(name));
    account.iam.attachRolePolicy(name, policies[index % counts.policies] ?? '');
  }
  for (let index = 0; index < counts.profiles; index++) account.iam.putInstanceProfile(`profile-${index}`, '/', [`role-${counts.roles - 1 - index}`]);
  for (let index = 0; index < counts.users; index++) furnishUser(account, index, counts);
  account.iam.attachRolePolicy(`role-${counts.roles - 1}`, 'arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore');
  directory.setRoot({ mfaDevices: ['virtual'] });
}

function furnishUser({ iam: { directory }, clock }: Account, index: number, counts: Counts): void {
  const name = `user-${index}`;
  const createdAt = clock.now() - (400 + (index % 400)) * day;
  directory.putUser({
    name,
    createdAt,
    groups: [`group-${index % counts.userGroups}`],
    mfaDevices: index % 3 === 0 ? ['virtual'] : [],
    accessKeys: index % 4 === 0 ? [{ createdAt: createdAt + day }] : [],
    ...(index % 2 === 0 ? { password: { lastUsedAt: clock.now() - (index % 90) * day } } : {}),
  });
  if (index % 10 === 0) directory.changeInline('user', name, 'access', access(name));
}

/** A policy of about a kilobyte, unlike any other. */
function access(name: string): PolicyDocument {
  return statement(
    { Effect: 'Allow', Action: ['s3:GetObject', 's3:PutObject', 's3:ListBucket'], Resource: [`arn:aws:s3:::${name}`, `arn:aws:s3:::${name}/*`] },
    { Effect: 'Allow', Action: ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:Query'], Resource: `arn:aws:dynamodb:eu-west-3:123456789012:table/${name}` },
    { Effect: 'Allow', Action: 'kms:Decrypt', Resource: '*', Condition: { StringEquals: { 'kms:ViaService': 's3.eu-west-3.amazonaws.com' } } },
    { Effect: 'Deny', Action: '*', Resource: '*', Condition: { Bool: { 'aws:SecureTransport': 'false' } } },
  );
}

function statement(...statements: readonly Exclude<PolicyDocument['Statement'], readonly unknown[]>[]): PolicyDocument {
  return { Version: '2012-10-17', Statement: statements };
}
