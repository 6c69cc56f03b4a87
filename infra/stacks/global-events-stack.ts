import { Stack, type StackProps } from 'aws-cdk-lib';
import { EventBus, Rule } from 'aws-cdk-lib/aws-events';
import { EventBus as EventBusTarget } from 'aws-cdk-lib/aws-events-targets';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { iamChangePattern } from '../iam-change-events.ts';
import { titleCase } from '../title-case.ts';

export interface GlobalEventsStackProps extends StackProps {
  readonly environment: string;
  /** Region of the shop, to whose default bus the events go. */
  readonly homeRegion: string;
}

/**
 * IAM has no Region: its events arrive in us-east-1 and nowhere else. This hands those about changes to the Region where
 * the workflows listen. What is lost on the way is found by the nightly run.
 */
export class GlobalEventsStack extends Stack {
  constructor(scope: Construct, id: string, props: GlobalEventsStackProps) {
    super(scope, id, props);
    const busArn = this.formatArn({ service: 'events', region: props.homeRegion, resource: 'event-bus', resourceName: 'default' });
    const role = new Role(this, 'Role', {
      // A name, so that the baseline of the other Region can say how the role is called.
      roleName: `WebMarket-${titleCase(props.environment)}-ForwardIamEvents`,
      description: `Lets events of IAM be put on the default bus of ${props.homeRegion}.`,
      assumedBy: new ServicePrincipal('events.amazonaws.com', { conditions: { StringEquals: { 'aws:SourceAccount': this.account } } }),
    });
    role.addToPolicy(new PolicyStatement({ sid: 'ForwardToTheShop', actions: ['events:PutEvents'], resources: [busArn] }));
    new Rule(this, 'IamChanges', {
      description: `Hands changes of IAM to ${props.homeRegion}.`,
      eventPattern: iamChangePattern,
      targets: [new EventBusTarget(EventBus.fromEventBusArn(this, 'HomeBus', busArn), { role: role.withoutPolicyUpdates() })],
    });
  }
}
