import { type AddressSet, blockOf, union } from '../address-set.ts';
import { defineCheck } from '../check.ts';
import type { Finding } from '../finding.ts';
import { addressesOfLists, exposureOf, isOfAws, widestSource } from '../network-exposure.ts';
import { aboutRule, type DeclaredRules, declaredRules, nameRule, revokeRule, type RuleDetail, rulesOf, whoDeclares } from '../network-rules.ts';
import type { StandingRule } from '../rule.ts';
import type { PrefixList, SecurityGroup, Snapshot } from '../snapshot.ts';

interface ListDetail {
  readonly prefixListId: string;
  readonly version: number;
  /** The widest entries, without which the others are narrow. */
  readonly remove: readonly string[];
}

type Detail = RuleDetail | ListDetail;

export const widePrefixList = defineCheck<Detail>({
  id: 'SG10',
  title: 'Prefix lists do not let strangers in unseen',
  description:
    'An ingress rule for a prefix list of a customer whose entries together are the internet, or wider than a /8 of IPv4 or a /32 of IPv6: the rule looks as narrow as ever. An undeclared rule is revoked, and not the list changed: route tables, other groups and other accounts may use the list, and nobody here sees them. A declared rule is never revoked, so there the widest entries are taken out of the list, if it is ours. What a list should hold is declared nowhere: entries are judged by how wide they are. Lists of AWS are left out.',
  severity: 'high',
  references: [],
  remediation: 'approval',
  reads: ['securityGroups', 'prefixLists'],
  scope: 'resource',
  evaluate(snapshot, baseline) {
    const declared = declaredRules(baseline, snapshot.accountId);
    const users = ingressByList(snapshot);
    const addresses = addressesOfLists(snapshot.prefixLists);
    const known = new Map(snapshot.prefixLists.map((list) => [list.id, list]));
    return [...users].flatMap(([listId, rules]): readonly Finding<Detail>[] => {
      const list = known.get(listId);
      if (list === undefined) return rules.map(unseen);
      return isOfAws(list) || !isWide(addresses.get(listId)) ? [] : reportWide(list, rules, declared, snapshot.accountId);
    });
  },
  repair(finding) {
    if (isAboutRule(finding)) return revokeRule(finding);
    const { prefixListId, version, remove } = finding.detail as ListDetail;
    return { actions: [{ kind: 'set-prefix-list-entries', prefixListId, version, add: [], remove: [...remove] }] };
  },
});

interface User {
  readonly group: SecurityGroup;
  readonly rule: StandingRule;
}

function isAboutRule(finding: Finding<Detail>): finding is Finding<RuleDetail> {
  return 'rule' in finding.detail;
}

function ingressByList({ securityGroups }: Snapshot): ReadonlyMap<string, readonly User[]> {
  const users = new Map<string, User[]>();
  for (const user of rulesOf(securityGroups)) {
    const { direction, peer } = user.rule;
    if (direction !== 'ingress' || peer.kind !== 'prefix-list') continue;
    const among = users.get(peer.id) ?? [];
    among.push(user);
    users.set(peer.id, among);
  }
  return users;
}

function isWide(addresses: AddressSet | undefined): boolean {
  return addresses !== undefined && exposureOf(addresses) !== 'limited';
}

function reportWide(list: PrefixList, users: readonly User[], declared: DeclaredRules, accountId: string): readonly Finding<Detail>[] {
  const isDeclared = ({ group, rule }: User): boolean => declared.has(group.id, rule);
  const undeclared = users.filter((user) => !isDeclared(user));
  const [declaredUser] = users.filter(isDeclared);
  return [
    ...undeclared.map(({ group, rule }) => {
      const message = `The prefix list ${list.id} (${list.name}) lets strangers in by the rule ${rule.id} of ${nameRule(group, rule)}.`;
      return aboutRule({ checkId: 'SG10', group, rule, severity: 'high', remediation: 'approval', message });
    }),
    ...(declaredUser === undefined ? [] : [reportList(list, declaredUser, declared, accountId)]),
  ];
}

function reportList(list: PrefixList, { group, rule }: User, declared: DeclaredRules, accountId: string): Finding<ListDetail> {
  const remove = widestEntries(list.entries);
  const isOurs = list.ownerId === accountId;
  const what = `The prefix list ${list.id} (${list.name}) lets strangers in by ${remove.join(', ')}, and ${nameRule(group, rule)} relies on it.`;
  const reason = isOurs ? '' : ` It belongs to the account ${list.ownerId}. ${whoDeclares(group, declared)}`;
  return {
    checkId: 'SG10',
    key: `SG10/${list.id}`,
    resource: { type: 'AWS::EC2::PrefixList', id: list.id },
    severity: 'high',
    remediation: isOurs ? 'approval' : 'report-only',
    message: `${what}${reason}`,
    detail: { prefixListId: list.id, version: list.version, remove },
  };
}

/** Entries to take away, the widest first, until the others are narrow: the addresses that somebody meant stay. */
function widestEntries(entries: readonly string[]): readonly string[] {
  const ordered = entries.toSorted((left, right) => {
    const [one, other] = [widthOf(left), widthOf(right)];
    if (one !== other) return one > other ? -1 : 1;
    return left < right ? -1 : 1;
  });
  const enough = ordered.findIndex((_entry, index) => !isWide(union(ordered.slice(index).map((cidr) => blockOf(cidr).set))));
  return enough === -1 ? ordered : ordered.slice(0, enough);
}

/** Public addresses, as a multiple of what is too wide of their family and comparable with the other one. */
function widthOf(cidr: string): bigint {
  const { family, publicSize } = blockOf(cidr);
  return (publicSize * widestSource.ipv6) / widestSource[family];
}

function unseen({ group, rule }: User): Finding<RuleDetail> {
  const message = `What the prefix list holds that ${rule.id} lets in cannot be seen from this account, ${nameRule(group, rule)}.`;
  return aboutRule({ checkId: 'SG10', group, rule, severity: 'medium', remediation: 'report-only', message });
}
