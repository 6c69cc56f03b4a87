import type { AssemblyStack, Template, TemplateResource } from '../../../simulator/deploy/assembly.ts';
import { Deployer } from '../../../simulator/deploy/deployer.ts';
import { Account } from '../../../simulator/kernel/account.ts';
import { VirtualClock } from '../../../simulator/kernel/clock.ts';

interface Site {
  readonly account: Account;
  readonly deployer: Deployer;
  /** Deploys one stack named `Shop`, or the ones given. */
  deploy(template: Template, ...more: readonly AssemblyStack[]): Promise<void>;
}

function openSite(): Site {
  const account = new Account({ clock: VirtualClock.detached(Date.UTC(2027, 0, 6, 7)) });
  const deployer = new Deployer(account);
  return { account, deployer, deploy: (template, ...more) => deployer.deploy({ stacks: [stack('Shop', template), ...more] }) };
}

const stack = (name: string, template: Template): AssemblyStack => ({ name, template, assets: [] });

function parameter(Name: string, Value: unknown, rest: Partial<TemplateResource> = {}): TemplateResource {
  return { Type: 'AWS::SSM::Parameter', Properties: { Name, Type: 'String', Value }, ...rest };
}

const topic = (properties: Record<string, unknown> = {}): TemplateResource => ({ Type: 'AWS::SNS::Topic', Properties: properties });

/** How often the parameter was written: each update of it makes a version. */
async function versionOf({ account }: Site, name: string): Promise<unknown> {
  const principal = { kind: 'outside', name: 'test' } as const;
  const answer = await account.call({ principal, sdkId: 'SSM', operation: 'GetParameter', input: { Name: name } });
  return (answer as { readonly Parameter: { readonly Version: number } }).Parameter.Version;
}

describe('order', () => {
  test('a resource is created after those that it refers to, by Ref, GetAtt and Sub', async () => {
    const site = openSite();
    const Resources = {
      BySub: parameter('/sub', { 'Fn::Sub': 'topic ${Topic.TopicName} in ${AWS::Region}' }),
      ByAttribute: parameter('/attribute', { 'Fn::GetAtt': ['Topic', 'TopicName'] }),
      ByReference: parameter('/reference', { Ref: 'Topic' }),
      Topic: topic({ TopicName: 'Alerts' }),
    };
    await site.deploy({ Resources });
    expect(site.account.ssm.value('/sub')).toBe('topic Alerts in eu-west-3');
    expect(site.account.ssm.value('/attribute')).toBe('Alerts');
    expect(site.account.ssm.value('/reference')).toBe('arn:aws:sns:eu-west-3:123456789012:Alerts');
  });

  test('and after those that it names in DependsOn', async () => {
    const site = openSite();
    const { ssm } = site.account;
    const order: string[] = [];
    const put = ssm.putParameter.bind(ssm);
    ssm.putParameter = (name, ...rest) => {
      order.push(name);
      return put(name, ...rest);
    };
    const Resources = {
      Third: parameter('/third', '3', { DependsOn: ['Second', 'First'] }),
      Second: parameter('/second', '2', { DependsOn: 'First' }),
      First: parameter('/first', '1'),
    };
    await site.deploy({ Resources });
    expect(order).toEqual(['/first', '/second', '/third']);
  });

  test('a circle of references is refused', async () => {
    const Resources = { A: parameter('/a', { Ref: 'B' }), B: parameter('/b', { Ref: 'A' }) };
    await expect(openSite().deploy({ Resources })).rejects.toThrow('circular dependency at A');
  });

  test('a reference to what the template does not have is refused', async () => {
    await expect(openSite().deploy({ Resources: { A: parameter('/a', { Ref: 'Missing' }) } }))
      .rejects.toThrow('Shop refers to Missing, which is not deployed.');
  });
});

describe('between stacks', () => {
  const exporting: Template = {
    Resources: { Topic: topic({ TopicName: 'Alerts' }) },
    Outputs: { TopicArn: { Value: { Ref: 'Topic' }, Export: { Name: { 'Fn::Sub': '${AWS::StackName}:Topic' } } } },
  };
  const importing: Template = { Resources: { Copy: parameter('/copy', { 'Fn::ImportValue': 'Shop:Topic' }) } };

  test('an export of one is the import of another', async () => {
    const site = openSite();
    await site.deploy(exporting, stack('Operations', importing));
    expect(site.account.ssm.value('/copy')).toBe('arn:aws:sns:eu-west-3:123456789012:Alerts');
    expect(site.deployer.outputs('Shop')).toEqual({ TopicArn: 'arn:aws:sns:eu-west-3:123456789012:Alerts' });
    expect(site.deployer.outputs('Unknown')).toEqual({});
  });

  test('what nobody exports cannot be imported', async () => {
    await expect(openSite().deploy(importing)).rejects.toThrow('No export named Shop:Topic found. Shop needs it.');
  });

  test('two stacks may use the same logical id', async () => {
    const site = openSite();
    const only = (name: string): Template => ({ Resources: { Value: parameter(name, name) } });
    await site.deploy(only('/one'), stack('Other', only('/two')));
    expect([site.account.ssm.value('/one'), site.account.ssm.value('/two')]).toEqual(['/one', '/two']);
  });
});

describe('an update', () => {
  test('touches only resources whose properties changed, references to them included', async () => {
    const site = openSite();
    const template = (value: string): Template => ({
      Resources: {
        Changing: parameter('/changing', value),
        Following: parameter('/following', { 'Fn::GetAtt': ['Changing', 'Value'] }),
        Resting: parameter('/resting', 'as ever'),
      },
    });
    await site.deploy(template('before'));
    await site.deploy(template('after'));
    expect(site.account.ssm.value('/following')).toBe('after');
    const versions = await Promise.all(['/changing', '/following', '/resting'].map((name) => versionOf(site, name)));
    expect(versions).toEqual([2, 2, 1]);
  });

  test('sees no change in the order of properties, nor in metadata', async () => {
    const site = openSite();
    await site.deploy({ Resources: { Value: parameter('/value', '1') } });
    const Properties = { Value: '1', Type: 'String', Name: '/value' };
    await site.deploy({ Resources: { Value: { Type: 'AWS::SSM::Parameter', Properties, Metadata: { 'aws:cdk:path': 'x' } } } });
    expect(await versionOf(site, '/value')).toBe(1);
  });

  test('keeps the physical id that the resource was created with', async () => {
    const site = openSite();
    const template = (DisplayName: string): Template => ({ Resources: { Topic: topic({ DisplayName }) }, Outputs: { Arn: { Value: { Ref: 'Topic' } } } });
    await site.deploy(template('before'));
    const { Arn: before } = site.deployer.outputs('Shop');
    await site.deploy(template('after'));
    expect(site.deployer.outputs('Shop')).toEqual({ Arn: before });
    expect(site.account.sns.topics).toMatchObject([{ displayName: 'after' }]);
  });

  test('of a type that cannot be updated is refused', async () => {
    const site = openSite();
    const template = (Principal: string): Template => ({
      Resources: {
        Permission: { Type: 'AWS::Lambda::Permission', Properties: { Action: 'lambda:InvokeFunction', FunctionName: 'f', Principal } },
      },
    });
    await site.deploy(template('sns.amazonaws.com'));
    await site.deploy(template('sns.amazonaws.com'));
    await expect(site.deploy(template('events.amazonaws.com'))).rejects.toMatchObject({
      name: 'NotModelledError',
      message: 'Updating Permission (AWS::Lambda::Permission) by a deployment is not modelled.',
    });
  });

  test('that would delete a resource whose type cannot be is refused before anything changes', async () => {
    const site = openSite();
    await site.deploy({ Resources: { Kept: parameter('/kept', '1'), Gone: topic() } });
    await expect(site.deploy({ Resources: { Kept: parameter('/kept', '2') } })).rejects.toMatchObject({
      name: 'NotModelledError',
      message: 'Deleting Shop/Gone (AWS::SNS::Topic) by a deployment is not modelled.',
    });
    expect(site.account.ssm.value('/kept')).toBe('1');
  });

  test('deletes what left the template, after everything else changed', async () => {
    const site = openSite();
    await site.deploy({ Resources: { Kept: parameter('/kept', '1'), Gone: parameter('/gone', '1') } });
    const { ssm } = site.account;
    const seen: unknown[] = [];
    const deleteParameter = ssm.deleteParameter.bind(ssm);
    ssm.deleteParameter = (name) => {
      seen.push(name, ssm.value('/kept'));
      deleteParameter(name);
    };
    await site.deploy({ Resources: { Kept: parameter('/kept', '2') } });
    expect(seen).toEqual(['/gone', '2']);
    expect(ssm.value('/gone')).toBeUndefined();
    await site.deploy({ Resources: { Kept: parameter('/kept', '2'), Gone: parameter('/gone', '3') } });
    expect(ssm.value('/gone')).toBe('3');
  });

  test('deletes what refers to a resource before the resource', async () => {
    const site = openSite();
    await site.deploy({ Resources: { Second: parameter('/second', { Ref: 'First' }), First: parameter('/first', '1') } });
    const order: string[] = [];
    site.account.ssm.deleteParameter = (name) => order.push(name);
    await site.deploy({ Resources: {} });
    expect(order).toEqual(['/second', '/first']);
  });

  test('leaves stacks alone that the assembly does not have', async () => {
    const site = openSite();
    await site.deploy({ Resources: { Value: parameter('/value', '1') } });
    await site.deployer.deploy({ stacks: [stack('Other', { Resources: { Value: parameter('/other', '1') } })] });
    expect(site.account.ssm.value('/value')).toBe('1');
  });
});

describe('nothing is dropped in silence', () => {
  test('a property that is neither modelled nor recorded stops the deployment', async () => {
    await expect(openSite().deploy({ Resources: { Topic: topic({ Colour: 'red' }) } })).rejects.toMatchObject({
      name: 'NotModelledError',
      message: 'The property Colour of AWS::SNS::Topic (Topic) is neither modelled nor recorded.',
    });
  });

  test('a type without a provider is listed once, and gets an id and nothing else', async () => {
    const site = openSite();
    const Resources = {
      Cdn: { Type: 'AWS::CloudFront::Distribution', Properties: { Anything: true } },
      Domain: parameter('/domain', { 'Fn::GetAtt': ['Cdn', 'DomainName'] }),
      Id: parameter('/id', { Ref: 'Cdn' }),
    };
    await site.deploy({ Resources });
    const id = site.account.ssm.value('/id');
    expect(id).toMatch(/^Cdn-[0-9a-f]{8}$/u);
    expect(site.account.ssm.value('/domain')).toBe(id);
    await site.deploy({ Resources: { ...Resources, Cdn: { ...Resources.Cdn, Properties: { Anything: false } } } });
    expect(site.account.ssm.value('/id')).toBe(id);
    expect(site.deployer.unmodelled).toEqual([{ stackName: 'Shop', logicalId: 'Cdn', type: 'AWS::CloudFront::Distribution' }]);
  });

  test('an attribute that a modelled type does not give throws, naming itself', async () => {
    const Resources = { Topic: topic(), Value: parameter('/value', { 'Fn::GetAtt': ['Topic', 'Colour'] }) };
    await expect(openSite().deploy({ Resources })).rejects.toThrow('The attribute Colour of Topic (AWS::SNS::Topic) is not modelled.');
  });

  test('a parameter without a default, and a mapping that is not there, throw', async () => {
    const Resources = { Value: parameter('/value', { Ref: 'Size' }) };
    await expect(openSite().deploy({ Parameters: { Size: { Type: 'String' } }, Resources })).rejects.toThrow('The parameter Size has no default');
    const mapped = { Value: parameter('/value', { 'Fn::FindInMap': ['Sizes', 'eu-west-3', 'web'] }) };
    await expect(openSite().deploy({ Mappings: { Sizes: {} }, Resources: mapped })).rejects.toThrow('no mapping Sizes of eu-west-3 and web');
  });
});

describe('parameters, mappings and pseudo parameters', () => {
  test('resolve', async () => {
    const site = openSite();
    await site.deploy({
      Parameters: {
        Size: { Type: 'String', Default: 'large' },
        Image: { Type: 'AWS::SSM::Parameter::Value<AWS::EC2::Image::Id>', Default: '/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-arm64' },
      },
      Mappings: { Sizes: { 'eu-west-3': { web: 'm' } } },
      Resources: {
        Size: parameter('/size', { Ref: 'Size' }),
        Image: parameter('/image', { Ref: 'Image' }),
        Mapped: parameter('/mapped', { 'Fn::FindInMap': ['Sizes', { Ref: 'AWS::Region' }, 'web'] }),
        Pseudo: parameter('/pseudo', { 'Fn::Sub': '${AWS::AccountId} ${AWS::Partition} ${AWS::StackName} ${AWS::URLSuffix}' }),
        Zones: parameter('/zones', { 'Fn::Join': [',', { 'Fn::GetAZs': '' }] }),
        NoValue: parameter('/no-value', 'x', { Properties: { Name: '/no-value', Type: 'String', Value: 'x', Tier: { Ref: 'AWS::NoValue' } } }),
      },
    });
    const values = ['/size', '/image', '/mapped', '/pseudo', '/zones', '/no-value'].map((name) => site.account.ssm.value(name));
    expect(values).toEqual([
      'large', expect.stringMatching(/^ami-/u), 'm', '123456789012 aws Shop amazonaws.com', 'eu-west-3a,eu-west-3b,eu-west-3c', 'x',
    ]);
  });

  test('a parameter of SSM reads what stands in the account when its stack is deployed', async () => {
    const site = openSite();
    site.account.ssm.putParameter('/webmarket/size', '4');
    const Parameters = { Size: { Type: 'AWS::SSM::Parameter::Value<String>', Default: '/webmarket/size' } };
    await site.deploy({ Parameters, Resources: { Copy: parameter('/copy', { Ref: 'Size' }) } });
    expect(site.account.ssm.value('/copy')).toBe('4');
    site.account.ssm.putParameter('/webmarket/size', '6');
    await site.deploy({ Parameters, Resources: { Copy: parameter('/copy', { Ref: 'Size' }) } });
    expect(site.account.ssm.value('/copy')).toBe('6');
  });
});

describe('conditions', () => {
  const template = (environment: string): Template => ({
    Parameters: { Environment: { Type: 'String', Default: environment } },
    Conditions: {
      IsProduction: { 'Fn::Equals': [{ Ref: 'Environment' }, 'production'] },
      IsOther: { 'Fn::Not': [{ Condition: 'IsProduction' }] },
    },
    Resources: {
      Production: parameter('/production', '1', { Condition: 'IsProduction' }),
      Other: parameter('/other', '1', { Condition: 'IsOther' }),
      Name: parameter('/name', { 'Fn::If': ['IsProduction', 'shop', 'trial'] }),
    },
    Outputs: { Value: { Value: { Ref: 'Production' }, Condition: 'IsProduction' } },
  });

  test('decide which resources, values and outputs there are', async () => {
    const site = openSite();
    await site.deploy(template('production'));
    expect(['/production', '/other', '/name'].map((name) => site.account.ssm.value(name))).toEqual(['1', undefined, 'shop']);
    expect(site.deployer.outputs('Shop')).toEqual({ Value: '/production' });
    const trial = openSite();
    await trial.deploy(template('trial'));
    expect(['/production', '/other', '/name'].map((name) => trial.account.ssm.value(name))).toEqual([undefined, '1', 'trial']);
    expect(trial.deployer.outputs('Shop')).toEqual({});
  });

  test('that turn false delete a resource', async () => {
    const site = openSite();
    await site.deploy(template('production'));
    await site.deploy(template('trial'));
    expect(['/production', '/other', '/name'].map((name) => site.account.ssm.value(name))).toEqual([undefined, '1', 'trial']);
  });
});

describe('stacks of another Region', () => {
  const rule: TemplateResource = {
    Type: 'AWS::Events::Rule',
    Properties: {
      EventPattern: { source: ['aws.iam'], region: [{ Ref: 'AWS::Region' }] },
      Targets: [{
        Arn: { 'Fn::Sub': 'arn:aws:events:eu-west-3:${AWS::AccountId}:event-bus/default' },
        Id: 'Home',
        RoleArn: { 'Fn::GetAtt': ['Role', 'Arn'] },
      }],
    },
  };
  const role: TemplateResource = { Type: 'AWS::IAM::Role', Properties: { AssumeRolePolicyDocument: { Statement: [] } } };
  const elsewhere = (Resources: Readonly<Record<string, TemplateResource>>): AssemblyStack => ({ ...stack('Global', { Resources }), region: 'us-east-1' });

  test('put their rules there, and know their own Region', async () => {
    const site = openSite();
    await site.deployer.deploy({ stacks: [elsewhere({ Role: role, Rule: rule, Cdk: { Type: 'AWS::CDK::Metadata', Properties: { Analytics: 'x' } } })] });
    expect(site.account.eventBridge.rules).toMatchObject([
      { arn: expect.stringMatching(/^arn:aws:events:us-east-1:123456789012:rule\/Global-Rule-/u), eventPattern: { region: ['us-east-1'] } },
    ]);
  });

  test('have nothing else: any other type names itself', async () => {
    const site = openSite();
    await expect(site.deployer.deploy({ stacks: [elsewhere({ Value: parameter('/a', '1') })] })).rejects.toMatchObject({
      name: 'NotModelledError',
      message: 'Value (AWS::SSM::Parameter) of Global in us-east-1, outside of eu-west-3, is not modelled.',
    });
    expect(site.account.ssm.value('/a')).toBeUndefined();
  });

  test('do not share exports with the account\'s own', async () => {
    const site = openSite();
    await site.deploy({ Resources: {}, Outputs: { Name: { Value: 'x', Export: { Name: 'Name' } } } });
    const importing = { ...role, Properties: { ...role.Properties, RoleName: { 'Fn::ImportValue': 'Name' } } };
    await expect(site.deployer.deploy({ stacks: [elsewhere({ Role: importing })] })).rejects.toThrow('No export named Name found');
  });
});
