import { fileURLToPath } from 'node:url';
import type { Database, DatabaseDefinition } from '../../../simulator/services/rds.ts';
import { type Host, openHost, ownLog } from '../kernel/fixtures/host.ts';
import type { Reply, Request, Step } from './handlers/client.ts';

const handlerFile = fileURLToPath(new URL('handlers/client.ts', import.meta.url));
const networkActions = ['CreateNetworkInterface', 'DescribeNetworkInterfaces', 'DescribeSubnets', 'DeleteNetworkInterface', 'AssignPrivateIpAddresses', 'UnassignPrivateIpAddresses'];

export const port = { postgres: 5432, mysql: 3306 } as const;
export type Engine = keyof typeof port;
export const engines = ['postgres', 'mysql'] as const;
export const administrator = 'webmarket_admin';
export const probe = 'webmarket_probe';
/** What the function of a test may do, unless it says otherwise. */
export const allowed = [...ownLog, ...networkActions.map((name) => `ec2:${name}`), 'secretsmanager:GetSecretValue', 'rds-db:connect'];

export interface DatabaseHost extends Host {
  readonly engine: Engine;
  readonly vpcId: string;
  readonly subnetIds: readonly string[];
  readonly clientGroup: string;
  readonly serverGroup: string;
  readonly secretArn: string;
  database(): Database;
  /** The administrator's request; `more` says what differs. */
  request(steps: readonly Step[], more?: Partial<Request>): Request;
  /** Starts the handler, and lets no time pass. */
  begin(steps: readonly Step[], more?: Partial<Request>): Promise<Reply>;
  /** Runs the handler to its end. */
  ask(steps: readonly Step[], more?: Partial<Request>): Promise<Reply>;
  /** The instance takes connections so from now on; a new life means that sessions of the one before are dead. */
  become(connectivity: Database['connectivity'], options?: { readonly isNewLife?: boolean }): void;
}

export interface DatabaseHostOptions {
  readonly seed?: number;
  readonly parameters?: Readonly<Record<string, string>>;
  readonly actions?: readonly string[];
  /** @default in the VPC */
  readonly isInVpc?: boolean;
  readonly definition?: Partial<DatabaseDefinition>;
  readonly kmsKeyArn?: (host: Host) => string;
}

/** An account with a database of RDS, and a function `Client` in its VPC whose group the database's lets in. */
export function openDatabaseHost(engine: Engine, options: DatabaseHostOptions = {}): DatabaseHost {
  const host = openHost({ seed: options.seed ?? 1 });
  const { ec2, rds, secretsManager } = host.account;
  const vpcId = ec2.createVpc('10.0.0.0/16', {}).id;
  const subnetIds = ['a', 'b'].map((zone, index) => ec2.createSubnet({ vpcId, availabilityZone: `eu-west-3${zone}`, cidrBlock: `10.0.${index}.0/24`, mapPublicIpOnLaunch: false, tags: {} }).id);
  const [clientGroup = '', serverGroup = ''] = ['client', 'server'].map((name) => ec2.securityGroups.create({ name, description: name, vpcId, tags: {} }).id);
  ec2.securityGroups.addRule(serverGroup, { isEgress: false, protocol: 'tcp', fromPort: port[engine], toPort: port[engine], groupId: clientGroup });
  ec2.securityGroups.addRule(clientGroup, { isEgress: true, protocol: '-1', fromPort: undefined, toPort: undefined, cidrIpv4: '0.0.0.0/0' });
  rds.putSubnetGroup({ name: 'private', description: 'private', subnetIds });
  rds.putParameterGroup('shop', options.parameters ?? {});
  const keyArn = options.kmsKeyArn?.(host);
  const secret = secretsManager.putSecret('rds!db-shop', keyArn === undefined ? {} : { KmsKeyId: keyArn });
  rds.putDatabase({ ...definitionOf(engine, serverGroup, secret.arn), ...options.definition });
  const network = { subnetIds, securityGroupIds: [clientGroup] };
  host.deploy('client', { entry: handlerFile, timeoutSeconds: 900, actions: options.actions ?? allowed, ...(options.isInVpc === false ? {} : { network }) });
  const database = (): Database => rds.database('shop');
  const request: DatabaseHost['request'] = (steps, more = {}) => ({
    engine, host: database().address, port: port[engine], user: administrator, database: 'shop', password: { secretArn: secret.arn }, steps, ...more,
  });
  const begin: DatabaseHost['begin'] = async (steps, more) => {
    const { payload, failed } = await host.start('client', request(steps, more));
    if (failed) throw new Error(JSON.stringify(payload));
    return payload as unknown as Reply;
  };
  return {
    ...host, engine, vpcId, subnetIds, clientGroup, serverGroup, secretArn: secret.arn, database, request, begin,
    ask: (steps, more) => host.clock.runWhilePending(begin(steps, more)),
    become: (connectivity, { isNewLife = false } = {}) => {
      database().connectivity = connectivity;
      if (isNewLife) database().generation += 1;
      host.account.databaseServers.serverOf(database()).follow();
    },
  };
}

export function definitionOf(engine: Engine, securityGroupId: string, secretArn: string): DatabaseDefinition {
  return {
    id: 'shop', engine, engineVersion: engine === 'postgres' ? '17.5' : '8.4.5', instanceClass: 'db.t4g.medium', allocatedStorageGibibytes: 20, storageType: 'gp3',
    isMultiAz: true, isEncrypted: true, isPubliclyAccessible: false, isDeletionProtected: true, hasIamAuthentication: true, port: port[engine], masterUsername: administrator, databaseName: 'shop',
    backupRetentionDays: 7, backupWindow: '02:00-03:00', maintenanceWindow: 'mon:03:30-mon:04:30', parameterGroup: 'shop', subnetGroup: 'private',
    securityGroupIds: [securityGroupId], kmsKeyArn: undefined, secretArn, tags: {},
  };
}

export function query(sql: string, values?: readonly unknown[], milliseconds?: number): Step {
  return { do: 'query', sql, ...(values === undefined ? {} : { values }), ...(milliseconds === undefined ? {} : { milliseconds }) };
}

export function wait(milliseconds: number): Step {
  return { do: 'wait', milliseconds };
}
