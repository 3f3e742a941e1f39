"""The enumerated words of the spec: each is one `Literal`, so that a misspelt word is found by the type checker too."""

from __future__ import annotations

from typing import Literal

Task = Literal[
    "classification",
    "regression",
    "forecasting",
    "ranking",
    "recommendation",
    "anomaly",
    "fraud-detection",
    "churn",
    "extraction",
    "question-answering",
    "summarisation",
    "vision",
]
"""What the model is to do."""

DataKind = Literal["tabular", "text", "documents", "image", "audio", "video", "time-series", "graph"]
"""What the model looks at."""

Interpretability = Literal["none", "reason-codes", "citations"]
"""What has to come with an answer so that a person can follow it."""

Effect = Literal[
    "credit",
    "employment",
    "insurance-life-health",
    "education",
    "benefits",
    "emergency",
    "biometric-id",
    "fraud-block",
    "marketing",
    "operational",
    "generative",
]
"""What the decision does. The first seven are areas of Annex III of Regulation (EU) 2024/1689."""

Automation = Literal["advisory", "human-in-loop", "automatic"]
"""Who decides: a person who is advised, a person who confirms, or the system alone (GDPR Art. 22)."""

Subjects = Literal["natural-persons", "legal-persons", "things"]
"""Whom or what a decision is about."""

Role = Literal["provider", "deployer", "both"]
"""The part of the organisation under Regulation (EU) 2024/1689, Art. 3(3) and 3(4)."""

Mode = Literal["online", "batch"]
"""Whether somebody waits for each answer, or all answers are made in one run."""

Training = Literal["here", "elsewhere"]
"""Whether models are trained on this platform, or trained ones are brought."""

Days = Literal["daily", "weekdays", "weekly", "monthly"]
"""On which days a batch runs."""

Isolation = Literal["none", "row", "prefix", "key", "account"]
"""What separates the data of one tenant from another's."""

DataClass = Literal["pan", "sad", "phi", "special-category", "pii", "confidential", "public", "token"]
"""How sensitive data is. `pan` and `sad`: card numbers and sensitive authentication data (PCI DSS); `phi`: health
information (HIPAA); `special-category`: GDPR Art. 9; `token`: a card number that was replaced before it came here."""

System = Literal[
    "sap",
    "oracle",
    "postgres",
    "sql-server",
    "salesforce",
    "dynamics365",
    "sharepoint",
    "snowflake",
    "databricks",
    "bigquery",
    "redshift",
    "kafka",
    "kinesis",
    "pubsub",
    "event-hubs",
    "object-storage",
    "sftp",
    "rest",
    "webhooks",
]
"""The systems that data comes from and answers go to."""

Delivery = Literal["stream", "cdc", "hourly", "daily", "weekly", "on-demand"]
"""How a source hands its data over (`cdc`: change data capture)."""

Use = Literal["features", "labels", "corpus"]
"""What a source is for: inputs of the model, the truth to learn from, or documents to answer from."""

Feeds = Literal["requests"]
"""`requests`: this stream is the online load itself, not only data beside it."""

Pattern = Literal["sync", "event", "batch", "file"]
"""How a consumer gets the answers."""

Framework = Literal["pci-dss", "hipaa", "gdpr", "eu-ai-act", "soc2", "iso27001", "iso42001", "nist-ai-rmf"]
"""The regulations and standards that can be asked for."""

Transfer = Literal["none", "adequacy", "safeguards"]
"""The ground on which personal data leaves its subjects' territory: none, GDPR Art. 45, or Art. 46."""

Cloud = Literal["aws", "gcp", "azure", "recommend"]
"""The cloud, or that one is to be recommended."""

Environment = Literal["dev", "staging", "prod"]
"""The stacks that can be made."""

NetworkMode = Literal["create", "existing"]
"""Whether the network is made or given."""

Connection = Literal["none", "hub", "vpn", "dedicated"]
"""How a new network reaches the client's own."""

Callers = Literal["routed", "private-link"]
"""How callers reach the service: over the routes between networks, or through a private link that carries it alone."""

LandingZone = Literal["none", "existing"]
"""Whether a landing zone owns the account-wide guard rails."""

Gateway = Literal["none", "native", "kong", "apigee", "mulesoft"]
"""The API gateway in front of the service: none, the cloud's own, or a product that the client runs."""
