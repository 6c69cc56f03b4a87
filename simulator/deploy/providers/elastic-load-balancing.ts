import { z } from 'zod';
import { NotModelledError } from '../../kernel/aws-error.ts';
import type { LoadBalancer } from '../../services/elastic-load-balancing/load-balancer.ts';
import type { TargetGroupDefinition } from '../../services/elastic-load-balancing/target-group.ts';
import type { ResourceProvider, ResourceRequest } from '../provider.ts';
import { tagList } from './tags.ts';

const capacity = z.object({ CapacityUnits: z.coerce.number() }).optional();

const balancerProperties = z.object({
  LoadBalancerAttributes: tagList,
  MinimumLoadBalancerCapacity: capacity,
  Name: z.string().optional(),
  Scheme: z.enum(['internet-facing', 'internal']).default('internet-facing'),
  SecurityGroups: z.array(z.string()).default([]),
  Subnets: z.array(z.string()),
  Tags: tagList,
  Type: z.string().default('application'),
});

/** Defaults are those of CreateTargetGroup for an Application Load Balancer (API reference). */
const groupProperties = z.object({
  HealthCheckIntervalSeconds: z.coerce.number().default(30),
  HealthCheckPath: z.string().default('/'),
  HealthCheckPort: z.coerce.string().default('traffic-port'),
  HealthCheckProtocol: z.string().default('HTTP'),
  HealthCheckTimeoutSeconds: z.coerce.number().default(5),
  HealthyThresholdCount: z.coerce.number().default(5),
  Matcher: z.object({ HttpCode: z.coerce.string().default('200') }).default({ HttpCode: '200' }),
  Name: z.string().optional(),
  Port: z.coerce.number(),
  Protocol: z.string(),
  Tags: tagList,
  TargetGroupAttributes: tagList,
  TargetType: z.string().default('instance'),
  UnhealthyThresholdCount: z.coerce.number().default(2),
  VpcId: z.string(),
});

const weightedGroup = z.object({ TargetGroupArn: z.string(), Weight: z.coerce.number().default(1) });

const actionList = z.array(
  z
    .looseObject({
      Type: z.enum(['forward', 'redirect', 'fixed-response', 'authenticate-cognito', 'authenticate-oidc', 'jwt-validation']),
      TargetGroupArn: z.string().optional(),
      ForwardConfig: z.object({ TargetGroups: z.array(weightedGroup).default([]) }).optional(),
    }),
);

const listenerProperties = z.object({
  Certificates: z.array(z.object({ CertificateArn: z.string() })).default([]),
  DefaultActions: actionList,
  LoadBalancerArn: z.string(),
  Port: z.coerce.number(),
  Protocol: z.string().default('HTTP'),
  SslPolicy: z.string().optional(),
});

const ruleProperties = z.object({ Actions: actionList, ListenerArn: z.string(), Priority: z.coerce.number() });

const loadBalancer: ResourceProvider = {
  type: 'AWS::ElasticLoadBalancingV2::LoadBalancer',
  modelled: Object.keys(balancerProperties.shape),
  recorded: { IpAddressType: 'Addresses of load balancers are not modelled.' },
  create(request) {
    const { account, logicalId } = request;
    const properties = balancerProperties.parse(request.properties);
    if (properties.Type !== 'application') throw new NotModelledError(`Load balancers of type ${properties.Type} are not modelled.`);
    const subnets = properties.Subnets.map((id) => account.ec2.subnet(id));
    const [first] = subnets;
    if (first === undefined) throw new NotModelledError(`The load balancer ${logicalId} names no subnets.`);
    const balancer = account.elasticLoadBalancing.createLoadBalancer({
      name: properties.Name ?? shortName(request),
      scheme: properties.Scheme,
      vpcId: first.vpcId,
      subnets,
      securityGroupIds: properties.SecurityGroups,
      attributes: properties.LoadBalancerAttributes,
      tags: properties.Tags,
    });
    reserve(balancer, properties.MinimumLoadBalancerCapacity);
    return {
      ref: balancer.arn,
      attributes: {
        LoadBalancerArn: balancer.arn,
        LoadBalancerFullName: balancer.fullName,
        LoadBalancerName: balancer.name,
        DNSName: balancer.dnsName,
        CanonicalHostedZoneID: 'Z3Q77PNBQS71R4',
        SecurityGroups: balancer.securityGroupIds,
      },
    };
  },
  /** A reservation is sent again only when the template's own changed: what people reserved by hand stays. */
  update(request, current, previous) {
    const balancer = request.account.elasticLoadBalancing.loadBalancer(current.ref);
    const properties = balancerProperties.parse(request.properties);
    balancer.securityGroupIds = properties.SecurityGroups;
    balancer.attributes = properties.LoadBalancerAttributes;
    balancer.tags = properties.Tags;
    const before = balancerProperties.parse(previous.properties).MinimumLoadBalancerCapacity;
    if (before?.CapacityUnits !== properties.MinimumLoadBalancerCapacity?.CapacityUnits) reserve(balancer, properties.MinimumLoadBalancerCapacity);
    return current;
  },
};

const targetGroup: ResourceProvider = {
  type: 'AWS::ElasticLoadBalancingV2::TargetGroup',
  modelled: Object.keys(groupProperties.shape),
  recorded: {
    HealthCheckEnabled: 'Checks of instance targets cannot be switched off.',
    IpAddressType: 'Addresses are not modelled.',
    ProtocolVersion: 'Requests are counted, not sent.',
  },
  create(request) {
    const properties = groupProperties.parse(request.properties);
    const { arn, name } = request.account.elasticLoadBalancing.createTargetGroup(definitionOf(properties, properties.Name ?? shortName(request))).definition;
    return {
      ref: arn,
      attributes: { TargetGroupArn: arn, TargetGroupFullName: arn.slice(arn.lastIndexOf(':') + 1), TargetGroupName: name, LoadBalancerArns: [] },
    };
  },
  update(request, current) {
    const group = request.account.elasticLoadBalancing.targetGroup(current.ref);
    group.definition = { ...definitionOf(groupProperties.parse(request.properties), group.definition.name), arn: group.definition.arn };
    return current;
  },
};

const listener: ResourceProvider = {
  type: 'AWS::ElasticLoadBalancingV2::Listener',
  modelled: Object.keys(listenerProperties.shape),
  recorded: { Tags: 'No policy asks for tags of listeners.', ListenerAttributes: 'Headers are not modelled.', MutualAuthentication: 'Certificates of clients are not modelled.' },
  create({ account, properties }) {
    const { Certificates, DefaultActions, LoadBalancerArn, Port, Protocol, SslPolicy } = listenerProperties.parse(properties);
    const created = account.elasticLoadBalancing.createListener({
      loadBalancerArn: LoadBalancerArn,
      port: Port,
      protocol: Protocol,
      defaultActions: DefaultActions,
      certificates: Certificates,
      sslPolicy: SslPolicy,
    });
    return { ref: created.arn, attributes: { ListenerArn: created.arn } };
  },
  update({ account, properties }, current) {
    account.elasticLoadBalancing.listener(current.ref).defaultActions = listenerProperties.parse(properties).DefaultActions;
    return current;
  },
};

const listenerRule: ResourceProvider = {
  type: 'AWS::ElasticLoadBalancingV2::ListenerRule',
  modelled: Object.keys(ruleProperties.shape),
  recorded: { Conditions: 'Requests have no paths or headers in the simulated account; which groups a listener can reach is all that counts.' },
  create(request) {
    const { ListenerArn } = ruleProperties.parse(request.properties);
    const id = request.account.random.stream('elastic-load-balancing.id').hex(16);
    const arn = `${ListenerArn.replace(':listener/', ':listener-rule/')}/${id}`;
    putRule(request, arn);
    return { ref: arn, attributes: { RuleArn: arn, IsDefault: false } };
  },
  update(request, current) {
    putRule(request, current.ref);
    return current;
  },
};

export const providers: readonly ResourceProvider[] = [loadBalancer, targetGroup, listener, listenerRule];

function putRule({ account, properties }: ResourceRequest, arn: string): void {
  const { Actions, ListenerArn, Priority } = ruleProperties.parse(properties);
  account.elasticLoadBalancing.listener(ListenerArn).rules.set(arn, { priority: Priority, actions: Actions });
}

/** A reservation that the template asks for is requested, and not waited for. */
function reserve(balancer: LoadBalancer, asked: z.infer<typeof capacity>): void {
  const LoadBalancerArn = balancer.arn;
  if (asked !== undefined) balancer.reservation.modify({ LoadBalancerArn, MinimumLoadBalancerCapacity: asked }, 0);
  else if (balancer.reservation.units > 0) balancer.reservation.modify({ LoadBalancerArn, ResetCapacityReservation: true }, 0);
}

function definitionOf(properties: z.infer<typeof groupProperties>, name: string): Omit<TargetGroupDefinition, 'arn'> {
  if (properties.TargetType !== 'instance') throw new NotModelledError(`Targets of type ${properties.TargetType} are not modelled.`);
  const attributes = properties.TargetGroupAttributes;
  return {
    name,
    port: properties.Port,
    protocol: properties.Protocol,
    vpcId: properties.VpcId,
    targetType: properties.TargetType,
    healthCheck: {
      path: properties.HealthCheckPath,
      protocol: properties.HealthCheckProtocol,
      port: properties.HealthCheckPort,
      matcher: properties.Matcher.HttpCode,
      intervalSeconds: properties.HealthCheckIntervalSeconds,
      timeoutSeconds: properties.HealthCheckTimeoutSeconds,
      healthyThreshold: properties.HealthyThresholdCount,
      unhealthyThreshold: properties.UnhealthyThresholdCount,
    },
    deregistrationDelaySeconds: Number(attributes['deregistration_delay.timeout_seconds'] ?? 300),
    attributes,
    tags: properties.Tags,
  };
}

/** Names of load balancers and target groups have 32 characters at most; CloudFormation cuts stack and logical id. */
function shortName({ account, logicalId, stackName }: ResourceRequest): string {
  return `${stackName.slice(0, 6)}-${logicalId.slice(0, 5)}-${account.random.stream('physical-id').hex(12)}`;
}
