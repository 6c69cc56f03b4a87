import { readFileSync } from 'node:fs';
import { Template } from 'aws-cdk-lib/assertions';
import { resourcesOf, synthesise, type TemplateResource } from './synthesis.ts';

const app = synthesise();
const operations = Template.fromStack(app.operations);
const network = Template.fromStack(app.network);

interface Statement {
  readonly Sid?: string;
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
  readonly Condition?: unknown;
}

/** `RunProbe` of `DrillsRunProbeRole1A2B3C4D`; undefined for what is not of a function of this capability. */
function functionOf(logicalId: string, suffix: string): string | undefined {
  return new RegExp(`^Drills(\\w+?)${suffix}[0-9A-F]{8}$`, 'u').exec(logicalId)?.[1];
}

function statementsOf({ Properties }: TemplateResource): readonly Statement[] {
  return (Properties['PolicyDocument'] as { readonly Statement: readonly Statement[] }).Statement;
}

/** Every statement that allows something, of whatever stack, with the roles that it is for; a boundary allows nothing. */
const grants = [app.network, app.data, app.web, app.operations, app.audit, app.identity]
  .flatMap((stack) => resourcesOf(Template.fromStack(stack), 'AWS::IAM::Policy'))
  .flatMap((policy) => statementsOf(policy).map((statement) => ({ role: rolesOf(policy), statement })))
  .filter(({ statement }) => statement.Effect === 'Allow');

function rolesOf({ Properties }: TemplateResource): string {
  return (Properties['Roles'] as readonly { readonly Ref: string }[]).map(({ Ref }) => functionOf(Ref, 'Role') ?? Ref).join();
}

const actionsOf = ({ Action }: Statement): readonly string[] => [Action].flat();

function grantsOf(pattern: RegExp): typeof grants {
  return grants.filter(({ statement }) => actionsOf(statement).some((action) => pattern.test(action)));
}

/** An ARN as far as the template spells it: what is imported is told by the end of its export's name. */
function spell(arn: unknown): string {
  const joined = (arn as { readonly 'Fn::Join'?: readonly [string, readonly unknown[]] })['Fn::Join'];
  if (joined !== undefined) return joined[1].map((part) => (typeof part === 'string' ? part : spell(part))).join('');
  if (typeof arn === 'string') return arn;
  const [[name, argument] = ['', '']] = Object.entries(arn as object);
  if (name === 'Ref') return String(argument).replace('AWS::', '');
  return `<${JSON.stringify(argument).replaceAll(/^"?[\w-]*?:|[0-9A-F]{8}|"$/gu, '')}>`;
}

const drillFunctions = resourcesOf(operations, 'AWS::Lambda::Function').flatMap((resource) => {
  const name = functionOf(resource.logicalId, 'Function');
  return name === undefined ? [] : [{ name, properties: resource.Properties }];
});

describe('the failover', () => {
  test('is forced by one role, on the one database, which has a standby and the tag', () => {
    expect(grantsOf(/^rds:(Reboot|Failover|Stop|Modify.*Cluster)|^(rds:)?\*$/u)).toEqual([
      {
        role: 'ForceFailover',
        statement: {
          Sid: 'ForceFailover',
          Effect: 'Allow',
          Action: 'rds:RebootDBInstance',
          Resource: expect.anything(),
          Condition: { Bool: { 'rds:MultiAz': 'true' }, StringEquals: { 'aws:ResourceTag/webmarket:failover-drills': 'allowed' } },
        },
      },
    ]);
    const [forced] = grantsOf(/^rds:RebootDBInstance$/u);
    expect(spell(forced?.statement.Resource)).toBe('arn:aws:rds:eu-west-3:AccountId:db:<ExportsOutputRefDatabaseInstance>');
  });

  test('is all that this role can ever do: whatever is attached to it, a boundary stands', () => {
    const role = resourcesOf(operations, 'AWS::IAM::Role').find(({ logicalId }) => functionOf(logicalId, 'Role') === 'ForceFailover');
    const boundary = resourcesOf(operations, 'AWS::IAM::ManagedPolicy').find(({ logicalId }) => JSON.stringify(role?.Properties['PermissionsBoundary']).includes(logicalId));
    if (boundary === undefined) throw new Error('ForceFailover has no boundary.');
    const allowed = statementsOf(boundary).filter(({ Effect }) => Effect === 'Allow');
    expect(allowed.flatMap(actionsOf).toSorted()).toEqual([
      'dynamodb:GetItem', 'dynamodb:PutItem', 'logs:CreateLogStream', 'logs:PutLogEvents', 'rds:RebootDBInstance',
    ]);
    const [forced] = grantsOf(/^rds:RebootDBInstance$/u);
    expect(allowed).toContainEqual(forced?.statement);
    expect(statementsOf(boundary)).toContainEqual(expect.objectContaining({ Effect: 'Deny', Action: 'sts:AssumeRole', Resource: '*' }));
  });
});

describe('the database', () => {
  test('is written to by the probe alone, as the probe’s user, beside the shop', () => {
    const connects = grantsOf(/^rds-db:/u).map(({ role, statement }) => `${role.replace(/[0-9A-F]{8}$/u, '')} ${[statement.Resource].flat().map(spell).join()}`);
    expect(connects.toSorted()).toEqual([
      'FleetInstanceRole arn:aws:rds-db:eu-west-3:AccountId:dbuser:<ExportsOutputFnGetAttDatabaseInstanceDbiResourceId>/webmarket_app',
      'RunProbe arn:aws:rds-db:eu-west-3:AccountId:dbuser:<ExportsOutputFnGetAttDatabaseInstanceDbiResourceId>/webmarket_probe',
    ]);
  });

  test('gives its administrator’s password to the preparation alone, decrypted by way of Secrets Manager only', () => {
    expect(grantsOf(/^secretsmanager:/u).map(({ role, statement }) => `${role} ${actionsOf(statement).join()} ${spell(statement.Resource)}`)).toEqual([
      'PrepareDatabase secretsmanager:GetSecretValue <ExportsOutputFnGetAttDatabaseInstanceMasterUserSecretSecretArn>',
    ]);
    const decryptions = grantsOf(/^kms:/u).filter(({ role }) => drillFunctions.some(({ name }) => name === role));
    expect(decryptions).toMatchObject([
      {
        role: 'PrepareDatabase',
        statement: { Action: 'kms:Decrypt', Condition: { StringEquals: { 'kms:ViaService': 'secretsmanager.eu-west-3.amazonaws.com' } } },
      },
    ]);
  });
});

/** The application subnets, by logical id. */
const applicationSubnets = resourcesOf(network, 'AWS::EC2::Subnet')
  .filter(({ Properties }) => (Properties['Tags'] as { Key: string; Value: string }[]).some(({ Key, Value }) => Key === 'aws-cdk:subnet-name' && Value === 'Application'))
  .map(({ logicalId }) => logicalId);

describe('the functions that connect to the database', () => {
  const connected = drillFunctions.filter(({ properties }) => 'VpcConfig' in properties);

  test('are the probe and the preparation, in every application subnet and in the probe’s group', () => {
    expect(connected.map(({ name }) => name).toSorted()).toEqual(['PrepareDatabase', 'RunProbe']);
    expect(applicationSubnets).toHaveLength(3);
    for (const { properties } of connected) {
      const { SubnetIds: subnets, SecurityGroupIds: groups } = properties['VpcConfig'] as { readonly SubnetIds: readonly unknown[]; readonly SecurityGroupIds: readonly unknown[] };
      expect(subnets).toEqual(applicationSubnets.map((id) => ({ 'Fn::ImportValue': expect.stringContaining(id) })));
      expect(groups).toEqual([{ 'Fn::ImportValue': expect.stringContaining('SecurityGroupsProbe') }]);
    }
  });

  test('are the only ones of the orchestrator in a VPC', () => {
    const inVpc = resourcesOf(operations, 'AWS::Lambda::Function').filter(({ Properties }) => 'VpcConfig' in Properties);
    expect(inVpc).toHaveLength(connected.length);
  });

  test('have their interfaces made by Lambda, whose permissions their own code is denied', () => {
    for (const { name } of connected) {
      const policies = resourcesOf(operations, 'AWS::IAM::Policy').filter((policy) => rolesOf(policy) === name);
      const statements = policies.flatMap(statementsOf).filter((statement) => actionsOf(statement).some((action) => action.startsWith('ec2:')));
      const allowed = statements.filter(({ Effect }) => Effect === 'Allow');
      expect(allowed.flatMap(actionsOf).toSorted()).toEqual([
        'ec2:AssignPrivateIpAddresses', 'ec2:CreateNetworkInterface', 'ec2:DeleteNetworkInterface', 'ec2:DescribeNetworkInterfaces', 'ec2:DescribeSubnets',
        'ec2:UnassignPrivateIpAddresses',
      ]);
      const [denied, ...others] = statements.filter(({ Effect }) => Effect === 'Deny');
      expect(others).toEqual([]);
      expect(actionsOf(denied as Statement)).toEqual(expect.arrayContaining(allowed.flatMap(actionsOf)));
      expect(denied).toMatchObject({
        Resource: '*',
        Condition: { ArnEquals: { 'lambda:SourceFunctionArn': { 'Fn::GetAtt': [expect.stringMatching(new RegExp(`^Drills${name}Function`, 'u')), 'Arn'] } } },
      });
    }
  });

  test('stand only after the permissions by which Lambda connects them', () => {
    const functions = operations.toJSON()['Resources'] as Record<string, { readonly DependsOn?: readonly string[] }>;
    for (const { name } of connected) {
      const [, resource] = Object.entries(functions).find(([id]) => functionOf(id, 'Function') === name) ?? [];
      expect(resource?.DependsOn).toContainEqual(expect.stringMatching(new RegExp(`^Drills${name}RoleDefaultPolicy`, 'u')));
    }
  });
});

test('the probe has until the workflow gives it up: twelve minutes, and a processor for two clients', () => {
  expect(drillFunctions.find(({ name }) => name === 'RunProbe')?.properties).toMatchObject({ Timeout: 720, MemorySize: 1024 });
});

/** Rules of this capability, by the end of their ids. */
function rule(id: string): Readonly<Record<string, unknown>> {
  return resourcesOf(operations, 'AWS::Events::Rule').find(({ logicalId }) => logicalId.startsWith(`Drills${id}`))?.Properties ?? {};
}

describe('an event', () => {
  test('of a failover of this database starts the observation, with what it says and nothing else', () => {
    expect(rule('OnFailover')).toMatchObject({
      State: 'ENABLED',
      EventPattern: {
        source: ['aws.rds'],
        'detail-type': ['RDS DB Instance Event'],
        detail: {
          SourceIdentifier: [{ 'Fn::ImportValue': expect.stringContaining('DatabaseInstance') }],
          EventID: ['RDS-EVENT-0013', 'RDS-EVENT-0015', 'RDS-EVENT-0049', 'RDS-EVENT-0050', 'RDS-EVENT-0051'],
        },
      },
      Targets: [
        {
          Arn: { Ref: expect.stringMatching(/^DrillsFailoverObservationStateMachine/u) },
          InputTransformer: {
            InputPathsMap: {
              'detail-SourceIdentifier': '$.detail.SourceIdentifier', 'detail-EventID': '$.detail.EventID', 'detail-Message': '$.detail.Message', 'detail-Date': '$.detail.Date',
            },
            InputTemplate: '{"event":{"sourceIdentifier":<detail-SourceIdentifier>,"eventId":<detail-EventID>,"message":<detail-Message>,"at":<detail-Date>}}',
          },
        },
      ],
    });
  });

  test('that a drill or an observation was broken off has it closed as an error', () => {
    expect(rule('OnBreakOff')).toMatchObject({
      EventPattern: {
        source: ['aws.states'],
        'detail-type': ['Step Functions Execution Status Change'],
        detail: {
          stateMachineArn: [{ Ref: expect.stringMatching(/^DrillsFailoverDrillStateMachine/u) }, { Ref: expect.stringMatching(/^DrillsFailoverObservationStateMachine/u) }],
          status: ['ABORTED', 'FAILED', 'TIMED_OUT'],
        },
      },
      Targets: [
        {
          Arn: { 'Fn::GetAtt': [expect.stringMatching(/^DrillsCloseDrillFunction/u), 'Arn'] },
          InputTransformer: { InputTemplate: '{"drillId":<detail-name>,"outcome":"error","reason":"The execution ended <detail-status>, before its report."}' },
        },
      ],
    });
  });

  test('that the stack is complete has the database prepared', () => {
    expect(rule('OnDeployment')).toMatchObject({
      EventPattern: { source: ['aws.cloudformation'], resources: [{ Ref: 'AWS::StackId' }], detail: { 'status-details': { status: ['CREATE_COMPLETE', 'UPDATE_COMPLETE'] } } },
      Targets: [{ Arn: { 'Fn::GetAtt': [expect.stringMatching(/^DrillsPrepareDatabaseFunction/u), 'Arn'] }, Input: '{}' }],
    });
  });
});

describe('what keeps a drill away', () => {
  /** Logical ids of the alarms that a function is given. */
  function guardAlarms(name: string): readonly string[] {
    const environment = drillFunctions.find((each) => each.name === name)?.properties['Environment'] as { readonly Variables: Readonly<Record<string, unknown>> } | undefined;
    return [...JSON.stringify(environment?.Variables['GUARD_ALARMS'] ?? '').matchAll(/"Ref":"(\w+?)[0-9A-F]{8}"/gu)].map(([, id]) => id ?? '');
  }

  test('is every alarm that says that the shop, its database or its scaling is unwell, at both looks', () => {
    const alarms = [
      'ShopAlarmsTargetsUnhealthy', 'ShopAlarmsTargetErrors', 'ShopAlarmsBalancerErrors', 'ShopAlarmsResponseSlow',
      'ShopAlarmsZoneEmptyA', 'ShopAlarmsZoneEmptyB', 'ShopAlarmsZoneEmptyC',
      'ShopAlarmsDatabaseStorageLow', 'ShopAlarmsDatabaseBusy', 'ShopAlarmsDatabaseMemoryLow', 'CapacitySurgeAlarm', 'CapacityReconciliationSilent',
    ];
    expect(guardAlarms('PlanDrill')).toEqual(alarms);
    expect(guardAlarms('ClearDrill')).toEqual(alarms);
  });

  test('can be read: those alarms, and no other', () => {
    for (const name of ['PlanDrill', 'ClearDrill']) {
      const [read, ...others] = grantsOf(/^cloudwatch:DescribeAlarms$/u).filter(({ role }) => role === name);
      expect(others).toEqual([]);
      const ids = ([read?.statement.Resource].flat() as { readonly 'Fn::GetAtt': readonly [string] }[]).map((arn) => arn['Fn::GetAtt'][0].replace(/[0-9A-F]{8}$/u, ''));
      expect(ids.toSorted()).toEqual(guardAlarms(name).toSorted());
    }
  });

  test('is told to people too', () => {
    const alarms = resourcesOf(operations, 'AWS::CloudWatch::Alarm').filter(({ logicalId }) => logicalId.startsWith('ShopAlarms'));
    expect(alarms).toHaveLength(10);
    for (const { Properties } of alarms) expect(Properties['AlarmActions']).toEqual([{ Ref: expect.stringMatching(/^Notifications/u) }]);
  });

  test('of the storage is the twentieth part of what the database was given', () => {
    const low = resourcesOf(operations, 'AWS::CloudWatch::Alarm').find(({ logicalId }) => logicalId.startsWith('ShopAlarmsDatabaseStorageLow'));
    expect(low?.Properties).toMatchObject({ MetricName: 'FreeStorageSpace', ComparisonOperator: 'LessThanOrEqualToThreshold', Threshold: 5 * 2 ** 30 });
  });
});

test.each([
  ['FailoverDrill', 'failover-drill'],
  ['FailoverObservation', 'failover-observation'],
])('the workflow %s is given every function that it names, and no other', (id, definition) => {
  const text = readFileSync(new URL(`../../state-machines/${definition}.asl.json`, import.meta.url), 'utf8');
  const named = new Set([...text.matchAll(/\$\{(\w+)\}/gu)].map(([, name]) => name));
  const machine = resourcesOf(operations, 'AWS::StepFunctions::StateMachine').find(({ logicalId }) => logicalId.startsWith(`Drills${id}`));
  expect(new Set(Object.keys(machine?.Properties['DefinitionSubstitutions'] as object))).toEqual(named);
});
