// A platform comparable to examples/demand-forecasting in number and kind of resources: what `cdk synth` with cdk-nag takes
// for it stands beside what `archgen check` takes. Typical constructs, nothing tuned for or against speed.
const cdk = require("aws-cdk-lib");
const { AwsSolutionsChecks } = require("cdk-nag");
const cloudwatch = require("aws-cdk-lib/aws-cloudwatch");
const actions = require("aws-cdk-lib/aws-cloudwatch-actions");
const ec2 = require("aws-cdk-lib/aws-ec2");
const events = require("aws-cdk-lib/aws-events");
const targets = require("aws-cdk-lib/aws-events-targets");
const iam = require("aws-cdk-lib/aws-iam");
const kms = require("aws-cdk-lib/aws-kms");
const logs = require("aws-cdk-lib/aws-logs");
const s3 = require("aws-cdk-lib/aws-s3");
const secrets = require("aws-cdk-lib/aws-secretsmanager");
const sns = require("aws-cdk-lib/aws-sns");
const sqs = require("aws-cdk-lib/aws-sqs");

const ENDPOINTS = ["KMS", "SECRETS_MANAGER", "CLOUDWATCH_LOGS", "CLOUDWATCH_MONITORING", "SAGEMAKER_API", "SQS", "SNS",
  "ECR", "ECR_DOCKER", "STS", "GLUE", "EVENTBRIDGE", "STEP_FUNCTIONS"];
const JOBS = ["orders", "promotions", "curation", "training", "forecast", "writeback", "monitoring", "release",
  "archive", "quality", "replenishment"];

class Platform extends cdk.Stack {
  constructor(scope, id) {
    super(scope, id);
    const key = new kms.Key(this, "Key", { enableKeyRotation: true });
    this.topic = new sns.Topic(this, "Alarms", { masterKey: key, enforceSSL: true });
    this.vpc = new ec2.Vpc(this, "Vpc", {
      maxAzs: 3,
      natGateways: 0,
      subnetConfiguration: [{ name: "app", subnetType: ec2.SubnetType.PRIVATE_ISOLATED },
        { name: "data", subnetType: ec2.SubnetType.PRIVATE_ISOLATED }],
    });
    this.vpc.addFlowLog("FlowLog");
    this.vpc.addGatewayEndpoint("S3", { service: ec2.GatewayVpcEndpointAwsService.S3 });
    for (const name of ENDPOINTS) {
      this.vpc.addInterfaceEndpoint(name, { service: ec2.InterfaceVpcEndpointAwsService[name] });
    }
    this.accessLogs = new s3.Bucket(this, "AccessLogs", {
      enforceSSL: true, encryption: s3.BucketEncryption.S3_MANAGED, blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
    });
    for (const job of JOBS) this.job(job);
  }

  job(name) {
    const key = new kms.Key(this, `${name}-key`, { enableKeyRotation: true, alias: `alias/${name}` });
    const bucket = new s3.Bucket(this, `${name}-bucket`, {
      encryption: s3.BucketEncryption.KMS, encryptionKey: key, enforceSSL: true, versioned: true,
      blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL, serverAccessLogsBucket: this.accessLogs,
      serverAccessLogsPrefix: `${name}/`, lifecycleRules: [{ expiration: cdk.Duration.days(400) }],
    });
    const dead = new sqs.Queue(this, `${name}-dead`, { encryptionMasterKey: key, enforceSSL: true });
    const group = new ec2.SecurityGroup(this, `${name}-group`, { vpc: this.vpc, allowAllOutbound: false });
    group.addEgressRule(ec2.Peer.ipv4(this.vpc.vpcCidrBlock), ec2.Port.tcp(443), "endpoints");
    const log = new logs.LogGroup(this, `${name}-log`, { encryptionKey: key, retention: logs.RetentionDays.ONE_YEAR });
    const secret = new secrets.Secret(this, `${name}-secret`, { encryptionKey: key });
    const role = new iam.Role(this, `${name}-role`, { assumedBy: new iam.ServicePrincipal("glue.amazonaws.com") });
    bucket.grantReadWrite(role);
    log.grantWrite(role);
    secret.grantRead(role);
    new iam.CfnPolicy(this, `${name}-network`, {
      policyName: `${name}-network`, roles: [role.roleName],
      policyDocument: { Version: "2012-10-17", Statement: [
        { Effect: "Allow", Action: "ec2:DescribeSubnets", Resource: "*" }] },
    });
    const target = new targets.SqsQueue(new sqs.Queue(this, `${name}-queue`, {
      encryptionMasterKey: key, enforceSSL: true, deadLetterQueue: { queue: dead, maxReceiveCount: 3 },
    }));
    new events.Rule(this, `${name}-nightly`, {
      schedule: events.Schedule.cron({ hour: "1", minute: "0" }), targets: [target],
    });
    new events.Rule(this, `${name}-failed`, {
      eventPattern: { source: ["aws.glue"], detail: { jobName: [name], state: ["FAILED"] } },
      targets: [new targets.SnsTopic(this.topic)],
    });
    for (const metric of [dead.metricApproximateNumberOfMessagesVisible(), log.metricIncomingLogEvents()]) {
      metric.createAlarm(this, `${name}-${metric.metricName}`, { threshold: 1, evaluationPeriods: 1 })
        .addAlarmAction(new actions.SnsAction(this.topic));
    }
  }
}

const app = new cdk.App();
cdk.Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
new Platform(app, "Platform");
