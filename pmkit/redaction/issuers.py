"""Keys and tokens that are recognised without their context, because each issuer has its own form.

The forms are those that the issuers document or use: the prefix, the characters and the length. A row is a name, an issuer, a
pattern for RE2 and a fictional sample.
"""

# ruff: noqa: E501 - patterns in one piece
from __future__ import annotations

from typing import Final

_HEX: Final = "0123456789abcdef" * 16
_ANY: Final = "a1B2c3D4e5F6g7H8i9J0" * 12
_LOW: Final = "a1b2c3d4e5f6g7h8i9j0" * 12
_UP: Final = "A1B2C3D4E5F6G7H8J9K2" * 12
_DIGITS: Final = "1234567890" * 4
_UUID: Final = "8f14e45f-ceea-467a-9b2e-0c1d2e3f4a5b"

_B: Final = "A-Za-z0-9"
_UUIDS: Final = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"

TOKENS: Final[tuple[tuple[str, str, str, str], ...]] = (
    # clouds and infrastructure
    ("aws-key", "AWS", r"\b(?:A3T[A-Z0-9]|AKIA|ASIA|ABIA|ACCA)[A-Z2-7]{16}\b", f"AKIA{'QWERTYUI2345OPAS'}"),
    ("aws-key", "AWS Bedrock", rf"\bABSK[{_B}+/]{{100,}}={{0,2}}", f"ABSK{_ANY[:120]}"),
    ("google-key", "Google", r"\bAIza[\w-]{35}", f"AIza{_ANY[:35]}"),
    ("google-key", "Google OAuth", r"\bya29\.[\w-]{20,}|\bGOCSPX-[\w-]{28}", f"GOCSPX-{_ANY[:28]}"),
    ("azure-key", "Azure", r"\b[\w.~-]{3}[0-9]Q~[\w.~-]{31,34}", f"abc8Q~{_ANY[:33]}"),
    ("alibaba-key", "Alibaba Cloud", rf"\bLTAI[{_B}]{{20}}\b", f"LTAI{_ANY[:20]}"),
    ("tencent-key", "Tencent Cloud", rf"\bAKID[{_B}]{{32}}\b", f"AKID{_ANY[:32]}"),
    ("yandex-key", "Yandex Cloud", r"\bAQVN[\w-]{35,38}|\bt1\.[A-Z0-9a-z_-]+=?\.[A-Z0-9a-z_-]{86}=?", f"AQVN{_ANY[:36]}"),
    ("digitalocean-token", "DigitalOcean", r"\bdo[opr]_v1_[0-9a-f]{64}\b", f"dop_v1_{_HEX[:64]}"),
    ("heroku-key", "Heroku", r"\bHRKU-AA[\w-]{58}", f"HRKU-AA{_ANY[:58]}"),
    ("fly-token", "Fly.io", r"\bfo1_[\w-]{43}|\bfm[12][ar]?_[\w+/=-]{60,}", f"fo1_{_ANY[:43]}"),
    ("netlify-token", "Netlify", rf"\bnf[puco]_[{_B}]{{36}}", f"nfp_{_ANY[:36]}"),
    ("vercel-token", "Vercel", rf"\bvc[pika]_[{_B}]{{24,}}", f"vcp_{_ANY[:56]}"),
    ("render-key", "Render", rf"\brnd_[{_B}]{{28,}}", f"rnd_{_ANY[:28]}"),
    ("scalingo-token", "Scalingo", r"\btk-us-[\w-]{48}", f"tk-us-{_ANY[:48]}"),
    ("cloudflare-key", "Cloudflare", r"\bv1\.0-[0-9a-f]{24}-[0-9a-f]{146}\b", f"v1.0-{_HEX[:24]}-{_HEX[:146]}"),
    ("openshift-token", "OpenShift", r"\bsha256~[\w-]{43}", f"sha256~{_ANY[:43]}"),
    ("tailscale-key", "Tailscale", rf"\btskey-[a-z]+-[{_B}]+-[{_B}]{{10,}}", f"tskey-auth-{_ANY[:12]}-{_ANY[:32]}"),
    ("pulumi-token", "Pulumi", r"\bpul-[0-9a-f]{40}\b", f"pul-{_HEX[:40]}"),
    ("terraform-token", "HCP Terraform", rf"\b[{_B}]{{14}}\.atlasv1\.[\w=-]{{60,70}}", f"{_ANY[:14]}.atlasv1.{_ANY[:67]}"),
    ("vault-token", "Vault", r"\bhv[sbr]\.[\w-]{24,}", f"hvs.{_ANY[:90]}"),
    ("doppler-token", "Doppler", rf"\bdp\.(?:pt|st|sa|scim|audit)\.(?:[a-z0-9_-]{{2,35}}\.)?[{_B}]{{40,44}}", f"dp.pt.{_ANY[:43]}"),
    ("1password-token", "1Password", r"\bops_eyJ[\w+/=-]{100,}|\bA3-[A-Z0-9]{6}-(?:[A-Z0-9]{11}|[A-Z0-9]{6}-[A-Z0-9]{5})(?:-[A-Z0-9]{5}){3}\b",
     f"ops_eyJ{_ANY[:240]}"),
    ("age-key", "age", r"\bAGE-SECRET-KEY-1[A-Z0-9]{58}\b", f"AGE-SECRET-KEY-1{_UP[:58]}"),
    ("harness-token", "Harness", rf"\b[ps]at\.[\w-]{{22}}\.[{_B}]{{24}}\.[{_B}]{{20}}\b", f"pat.{_ANY[:22]}.{_ANY[:24]}.{_ANY[:20]}"),
    ("octopus-key", "Octopus Deploy", r"\bAPI-[A-Z0-9]{26}\b", f"API-{_UP[:26]}"),
    ("rancher-token", "Rancher", r"\btoken-[a-z0-9]{5}:[a-z0-9]{54}\b", f"token-x7k2p:{_LOW[:54]}"),
    # source code, packages and builds
    ("github-token", "GitHub", rf"\bgh[opusr]_[{_B}]{{36,}}|\bgithub_pat_\w{{22,}}", f"ghp_{_ANY[:36]}"),
    ("gitlab-token", "GitLab", r"\bgl(?:pat|dt|rt|ptt|cbt|soat|ft|imt|agent|oas)-[\w.-]{20,}", f"glpat-{_ANY[:20]}"),
    ("atlassian-token", "Atlassian", r"\bAT(?:ATT|CTT|BB)[\w+/=-]{28,}", f"ATATT3{_ANY[:186]}"),
    ("npm-token", "npm", rf"\bnpm_[{_B}]{{36}}\b", f"npm_{_ANY[:36]}"),
    ("pypi-token", "PyPI", r"\bpypi-[\w-]{50,}", f"pypi-AgEIcHlwaS5vcmc{_ANY[:80]}"),
    ("rubygems-key", "RubyGems", r"\brubygems_[0-9a-f]{48}\b", f"rubygems_{_HEX[:48]}"),
    ("crates-token", "crates.io", rf"\bcio[{_B}]{{32}}\b", f"cio{_ANY[:32]}"),
    ("nuget-key", "NuGet", r"\boy2[a-z0-9]{43}\b", f"oy2{_LOW[:43]}"),
    ("clojars-token", "Clojars", r"(?i)\bCLOJARS_[a-z0-9]{60}\b", f"CLOJARS_{_LOW[:60]}"),
    ("docker-token", "Docker", r"\bdckr_[po]at_[\w-]{27,}", f"dckr_pat_{_ANY[:27]}"),
    ("artifactory-key", "Artifactory", rf"\bAKCp[{_B}]{{69}}\b|\bcmVmd[{_B}]{{59}}\b", f"AKCp{_ANY[:69]}"),
    ("sonar-token", "SonarQube", r"\bsq[upa]_[0-9a-f]{40}\b", f"squ_{_HEX[:40]}"),
    ("sourcegraph-token", "Sourcegraph", r"\bsgp_(?:(?:[0-9a-f]{16}|local)_)?[0-9a-f]{40}\b", f"sgp_local_{_HEX[:40]}"),
    ("circleci-token", "CircleCI", rf"\bCCI(?:PAT|PRJ)_[{_B}]+_[0-9a-f]{{40}}\b", f"CCIPAT_{_ANY[:22]}_{_HEX[:40]}"),
    ("buildkite-token", "Buildkite", r"\bbk(?:ua|ct|et)_[0-9A-Za-z_-]{40,}", f"bkua_{_HEX[:40]}"),
    ("prefect-key", "Prefect", rf"\bpn[ub]_[{_B}]{{36}}\b", f"pnu_{_ANY[:36]}"),
    ("postman-key", "Postman", r"\bPMAK-[0-9a-f]{24}-[0-9a-f]{34}\b", f"PMAK-{_HEX[:24]}-{_HEX[:34]}"),
    ("readme-key", "ReadMe", r"\brdme_[a-z0-9]{70}\b", f"rdme_{_LOW[:70]}"),
    # data stores
    ("databricks-token", "Databricks", r"\bdapi[0-9a-f]{32}(?:-\d)?\b", f"dapi{_HEX[:32]}"),
    ("planetscale-token", "PlanetScale", r"\bpscale_(?:tkn|pw|oauth)_[\w.=-]{32,64}", f"pscale_tkn_{_ANY[:43]}"),
    ("supabase-key", "Supabase", r"\bsbp_[0-9a-f]{40}\b|\bsb_secret_[\w-]{31,}", f"sbp_{_HEX[:40]}"),
    ("neon-key", "Neon", r"\bnapi_[a-z0-9]{64}\b", f"napi_{_LOW[:64]}"),
    ("aiven-password", "Aiven", r"\bAVNS_[\w-]{19}\b", f"AVNS_{_ANY[:19]}"),
    ("mongodb-key", "MongoDB Atlas", r"\bmdb_sa_sk_[\w-]{40}", f"mdb_sa_sk_{_ANY[:40]}"),
    ("clickhouse-key", "ClickHouse Cloud", rf"\b4b1d[{_B}]{{38}}\b", f"4b1d{_ANY[:38]}"),
    ("pinecone-key", "Pinecone", rf"\bpcsk_[{_B}]{{5,6}}_[{_B}]{{63}}\b", f"pcsk_{_ANY[:5]}_{_ANY[:63]}"),
    # monitoring
    ("grafana-token", "Grafana", rf"\bglsa_[{_B}]{{32}}_[0-9a-f]{{8}}\b|\bglc_eyJ[\w+/=-]{{32,}}|\beyJrIjoi[\w+/=-]{{60,}}", f"glsa_{_ANY[:32]}_{_HEX[:8]}"),
    ("newrelic-key", "New Relic", r"\bNRAK-[A-Z0-9]{27}\b|\bNRJS-[0-9a-f]{19}\b|\bNRI[IQ]-[\w-]{32}|\b[0-9a-f]{36}NRAL\b", f"NRAK-{_UP[:27]}"),
    ("sentry-token", "Sentry", r"\bsntrys_eyJ[\w+/=-]{60,}|\bsntryu_[0-9a-f]{64}\b", f"sntryu_{_HEX[:64]}"),
    ("dynatrace-token", "Dynatrace", r"\bdt0[a-z]\d{2}\.[A-Z0-9]{24}\.[A-Z0-9]{64}\b", f"dt0c01.{_UP[:24]}.{_UP[:64]}"),
    ("honeycomb-key", "Honeycomb", r"\bhc[abcdefgxi][il]k_[a-z0-9]{58}\b", f"hcaik_{_LOW[:58]}"),
    ("axiom-token", "Axiom", rf"\bxa[ap]t-{_UUIDS}\b", f"xaat-{_UUID}"),
    ("checkly-key", "Checkly", r"\bcu_[0-9a-f]{32}\b", f"cu_{_HEX[:32]}"),
    ("logfire-token", "Logfire", rf"\bpylf_v\d_[a-z]+_[{_B}]{{40,}}", f"pylf_v1_eu_{_ANY[:43]}"),
    ("launchdarkly-key", "LaunchDarkly", rf"\b(?:api|sdk)-{_UUIDS}\b", f"sdk-{_UUID}"),
    # messaging
    ("slack-token", "Slack", r"\bxox[abeoprs](?:\.xox[bp])?-[\w-]{10,}|\bxapp-\d-[\w-]{10,}|https://hooks\.slack\.com/(?:services|workflows|triggers)/[\w/]+",
     f"xoxb-{_DIGITS[:12]}-{_DIGITS[:13]}-{_ANY[:24]}"),
    ("discord-token", "Discord", r"\b[MNO][\w-]{23,25}\.[\w-]{6}\.[\w-]{27,38}|https://(?:\w+\.)?discord(?:app)?\.com/api/webhooks/\d+/[\w-]{60,}",
     f"M{_ANY[:23]}.G1a2B3.{_ANY[:27]}"),
    ("teams-webhook", "Microsoft Teams", rf"https://[\w-]+\.webhook\.office\.com/webhookb2/{_UUIDS}@{_UUIDS}/IncomingWebhook/[0-9a-f]{{32}}/{_UUIDS}",
     f"https://shop.webhook.office.com/webhookb2/{_UUID}@{_UUID}/IncomingWebhook/{_HEX[:32]}/{_UUID}"),
    ("telegram-token", "Telegram", r"\b\d{8,10}:AA[\w-]{33}\b", f"{_DIGITS[:10]}:AA{_ANY[:33]}"),
    ("twilio-key", "Twilio", r"\bSK[0-9a-f]{32}\b", f"SK{_HEX[:32]}"),
    ("sendgrid-key", "SendGrid", r"\bSG\.[\w-]{22}\.[\w-]{43}", f"SG.{_ANY[:22]}.{_ANY[:43]}"),
    ("mailgun-key", "Mailgun", r"\bkey-[0-9a-f]{32}\b", f"key-{_HEX[:32]}"),
    ("mailchimp-key", "Mailchimp", r"\b[0-9a-f]{32}-us\d{1,2}\b", f"{_HEX[:32]}-us12"),
    ("brevo-key", "Brevo", rf"\bx(?:keys|smtps)ib-[0-9a-f]{{64}}-[{_B}]{{16}}\b", f"xkeysib-{_HEX[:64]}-{_ANY[:16]}"),
    ("mailersend-token", "MailerSend", r"\bmlsn\.[0-9a-f]{64}\b", f"mlsn.{_HEX[:64]}"),
    ("resend-key", "Resend", rf"\bre_[{_B}]{{8}}_[{_B}]{{24}}\b", f"re_{_ANY[:8]}_{_ANY[:24]}"),
    # collaboration
    ("linear-key", "Linear", rf"\blin_(?:api|oauth|wh)_[{_B}]{{40,}}", f"lin_api_{_ANY[:40]}"),
    ("notion-token", "Notion", rf"\bntn_[{_B}]{{43,}}|\bsecret_[{_B}]{{43}}\b", f"ntn_{_ANY[:46]}"),
    ("airtable-token", "Airtable", rf"\bpat[{_B}]{{14}}\.[0-9a-f]{{64}}\b", f"pat{_ANY[:14]}.{_HEX[:64]}"),
    ("figma-token", "Figma", r"\bfigd_[\w-]{40,}", f"figd_{_ANY[:40]}"),
    ("contentful-token", "Contentful", r"\bCFPAT-[\w-]{43}", f"CFPAT-{_ANY[:43]}"),
    ("typeform-token", "Typeform", r"\btfp_[\w.=-]{59}", f"tfp_{_ANY[:59]}"),
    ("hubspot-token", "HubSpot", rf"\bpat-(?:na|eu|ap)\d-{_UUIDS}\b", f"pat-eu1-{_UUID}"),
    ("frameio-token", "Frame.io", r"\bfio-u-[\w=-]{64}", f"fio-u-{_ANY[:64]}"),
    ("dropbox-token", "Dropbox", r"\bsl\.(?:u\.)?[\w-]{120,}", f"sl.u.{_ANY[:140]}"),
    # payments and commerce
    ("stripe-key", "Stripe", rf"\b[sr]k_(?:live|test)_[{_B}]{{16,}}|\bwhsec_[{_B}+/=]{{24,}}", f"sk_live_{_ANY[:24]}"),
    ("shopify-token", "Shopify", r"\bshp(?:at|ca|pa|ss|ua)_[0-9a-fA-F]{32}\b", f"shpat_{_HEX[:32]}"),
    ("square-token", "Square", r"\bsq0[a-z]{3}-[\w-]{22,43}|\bEAAA[\w-]{60}", f"sq0atp-{_ANY[:22]}"),
    ("paypal-token", "PayPal", r"\baccess_token\$(?:production|sandbox)\$[a-z0-9]{16}\$[0-9a-f]{32}\b", f"access_token$production${_LOW[:16]}${_HEX[:32]}"),
    ("plaid-token", "Plaid", rf"\baccess-(?:sandbox|development|production)-{_UUIDS}\b", f"access-production-{_UUID}"),
    ("flutterwave-key", "Flutterwave", r"\bFLWSECK(?:_TEST)?-[0-9a-zA-Z]{32,}-X\b|\bFLWSECK_TEST-[0-9a-h]{12}\b", f"FLWSECK-{_LOW[:32]}-X"),
    ("easypost-key", "EasyPost", rf"\bEZ[AT]K[{_B}]{{54}}\b", f"EZAK{_ANY[:54]}"),
    ("shippo-token", "Shippo", r"\bshippo_(?:live|test)_[0-9a-f]{40}\b", f"shippo_live_{_HEX[:40]}"),
    ("duffel-token", "Duffel", r"\bduffel_(?:live|test)_[\w=-]{43}", f"duffel_live_{_ANY[:43]}"),
    ("facebook-token", "Facebook", rf"\bEAA[{_B}]{{100,}}", f"EAAC{_ANY[:150]}"),
    ("mapbox-token", "Mapbox", r"\bsk\.eyJ[\w-]{40,}\.[\w-]{22}", f"sk.eyJ{_ANY[:80]}.{_ANY[:22]}"),
    ("maxmind-key", "MaxMind", rf"\b[{_B}]{{6}}_[{_B}]{{29}}_mmk\b", f"{_ANY[:6]}_{_ANY[:29]}_mmk"),
    # language models
    ("openai-key", "OpenAI", r"\bsk-(?:proj|svcacct|admin|None)-[\w-]{20,}|\bsk-[A-Za-z0-9]{20}T3BlbkFJ[A-Za-z0-9]{20}\b|\bsk-[0-9A-Za-z]{32,}\b", f"sk-proj-{_ANY[:74]}T3BlbkFJ{_ANY[:74]}"),
    ("anthropic-key", "Anthropic", r"\bsk-ant-[a-z]+\d{2}-[\w-]{80,}", f"sk-ant-api03-{_ANY[:93]}AA"),
    ("openrouter-key", "OpenRouter", r"\bsk-or-v1-[0-9a-f]{64}\b", f"sk-or-v1-{_HEX[:64]}"),
    ("huggingface-token", "Hugging Face", r"\b(?:hf|api_org)_[A-Za-z]{34}\b", f"hf_{'aBcDeFgHiJkLmNoPqRsTuVwXyZaBcDeFgHiJ'[:34]}"),
    ("groq-key", "Groq", rf"\bgsk_[{_B}]{{52}}\b", f"gsk_{_ANY[:52]}"),
    ("replicate-token", "Replicate", rf"\br8_[{_B}]{{37}}\b", f"r8_{_ANY[:37]}"),
    ("perplexity-key", "Perplexity", rf"\bpplx-[{_B}]{{48}}\b", f"pplx-{_ANY[:48]}"),
    ("xai-key", "xAI", rf"\bxai-[{_B}]{{80}}\b", f"xai-{_ANY[:80]}"),
    ("langsmith-key", "LangSmith", r"\blsv2_(?:pt|sk)_[0-9a-f]{32}_[0-9a-f]{10}\b", f"lsv2_pt_{_HEX[:32]}_{_HEX[:10]}"),
)  # fmt: skip
