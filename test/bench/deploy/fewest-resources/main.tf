# MnemoLite with as little as works: no volumes for secrets and configurations, no limits, no hardening, the API is the
# database's superuser, and what it needs is uploaded into its own containers.
terraform {
  required_providers {
    docker = {
      source  = "kreuzwerker/docker"
      version = "3.6.2"
    }
  }
}

provider "docker" {}

variable "http" {
  type = number
}

variable "postgres" {
  type = number
}

variable "source_directory" {
  type = string
}

variable "secrets_directory" {
  type = string
}

variable "python_image" {
  type = string
}

variable "postgres_image" {
  type = string
}

variable "caddy_image" {
  type = string
}

locals {
  password_file = "/run/secrets/postgres-api-password"
  api_env = [
    "DATABASE_HOST=postgres",
    "DATABASE_NAME=mnemolite",
    "DATABASE_USER=api",
    "DATABASE_PASSWORD_FILE=${local.password_file}",
    "LOG_LEVEL=DEBUG",
  ]
}

resource "docker_image" "db" {
  name = "mnemolite-few/db:1"
  build {
    context      = "${var.source_directory}/db"
    build_args   = { POSTGRES_IMAGE = var.postgres_image }
    remove       = true
    force_remove = true
  }
}

resource "docker_image" "api" {
  name = "mnemolite-few/api:1"
  build {
    context      = "${var.source_directory}/api"
    build_args   = { PYTHON_IMAGE = var.python_image }
    remove       = true
    force_remove = true
  }
}

resource "docker_image" "caddy" {
  name         = var.caddy_image
  keep_locally = true
}

resource "docker_network" "frontend" {
  name = "mnemolite-few-frontend"
}

resource "docker_network" "backend" {
  name = "mnemolite-few-backend"
}

resource "docker_volume" "data" {
  name = "mnemolite-few-data"
}

resource "docker_container" "postgres" {
  name         = "mnemolite-few-postgres"
  image        = docker_image.db.image_id
  env          = ["POSTGRES_DB=mnemolite", "POSTGRES_USER=api", "POSTGRES_PASSWORD_FILE=${local.password_file}"]
  command      = jsondecode(file("${path.module}/postgres-settings.json"))
  stop_signal  = "SIGINT"
  restart      = "unless-stopped"
  wait         = true
  wait_timeout = 200

  networks_advanced {
    name    = docker_network.backend.id
    aliases = ["postgres"]
  }

  ports {
    internal = 5432
    external = var.postgres
    ip       = "127.0.0.1"
  }

  volumes {
    volume_name    = docker_volume.data.name
    container_path = "/var/lib/postgresql"
  }

  upload {
    file        = local.password_file
    source      = "${var.secrets_directory}/postgres-api-password"
    permissions = "0444"
  }

  upload {
    file    = "/docker-entrypoint-initdb.d/extensions.sql"
    content = "CREATE EXTENSION vector; CREATE EXTENSION pg_partman;"
  }

  healthcheck {
    test         = ["CMD", "pg_isready", "--quiet", "--host=127.0.0.1", "--username=api", "--dbname=mnemolite"]
    interval     = "5s"
    timeout      = "5s"
    retries      = 5
    start_period = "2m0s"
  }
}

resource "docker_container" "migration" {
  name     = "mnemolite-few-migration"
  image    = docker_image.api.image_id
  command  = ["alembic", "upgrade", "head"]
  env      = local.api_env
  restart  = "no"
  must_run = false
  attach   = true

  networks_advanced {
    name = docker_network.backend.id
  }

  upload {
    file        = local.password_file
    source      = "${var.secrets_directory}/postgres-api-password"
    permissions = "0444"
  }

  depends_on = [docker_container.postgres]
}

resource "docker_container" "api" {
  name         = "mnemolite-few-api"
  image        = docker_image.api.image_id
  command      = ["python", "-m", "mnemolite", "--reload"]
  env          = local.api_env
  restart      = "unless-stopped"
  wait         = true
  wait_timeout = 105

  networks_advanced {
    name    = docker_network.frontend.id
    aliases = ["api"]
  }

  networks_advanced {
    name = docker_network.backend.id
  }

  volumes {
    host_path      = "${var.source_directory}/api"
    container_path = "/app"
    read_only      = true
  }

  upload {
    file        = local.password_file
    source      = "${var.secrets_directory}/postgres-api-password"
    permissions = "0444"
  }

  healthcheck {
    test         = ["CMD", "python", "-I", "-S", "/app/healthcheck.py", "/ready"]
    interval     = "10s"
    timeout      = "5s"
    retries      = 3
    start_period = "30s"
  }

  depends_on = [docker_container.migration]
}

resource "docker_container" "proxy" {
  name         = "mnemolite-few-proxy"
  image        = docker_image.caddy.image_id
  command      = ["caddy", "run", "--config", "/etc/caddy/Caddyfile", "--adapter", "caddyfile"]
  restart      = "unless-stopped"
  wait         = true
  wait_timeout = 70

  networks_advanced {
    name = docker_network.frontend.id
  }

  ports {
    internal = 80
    external = var.http
    ip       = "127.0.0.1"
  }

  upload {
    file        = "/etc/caddy/Caddyfile"
    content     = file("${path.module}/Caddyfile")
    permissions = "0444"
  }

  healthcheck {
    test         = ["CMD", "wget", "-q", "-O", "/dev/null", "http://127.0.0.1:2019/config/"]
    interval     = "5s"
    timeout      = "5s"
    retries      = 3
    start_period = "10s"
  }

  depends_on = [docker_container.api]
}
