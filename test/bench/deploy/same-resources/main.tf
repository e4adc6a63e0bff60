# MnemoLite as it stands in stacks/mnemolite, written by hand: the same images, networks, volumes and containers with
# the same settings, secrets in volumes included. Waiting is the provider's own: `wait` for what has a health check,
# `attach` for jobs. Names are fixed, so there are no revisions, and a new version is not cut over without a gap.
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

# Folder of the program, with the build contexts `api` and `db`.
variable "source_directory" {
  type = string
}

variable "secrets_directory" {
  type = string
}

# Its login, which is named after its password.
variable "database_user" {
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
  tmp      = "rw,noexec,nosuid,nodev,mode=1777"
  log_opts = { "max-size" = "10m", "max-file" = "3" }
  api_env = [
    "DATABASE_HOST=postgres",
    "DATABASE_NAME=mnemolite",
    "DATABASE_PASSWORD_FILE=/run/secrets/postgres-api-password",
    "DATABASE_PORT=5432",
    "DATABASE_URL_FILE=/run/secrets/postgres-api-url",
    "DATABASE_USER=${var.database_user}",
    "LOG_LEVEL=DEBUG",
    "WEB_CONCURRENCY=1",
  ]
}

resource "docker_image" "db" {
  name = "mnemolite-hand/db:1"
  build {
    context      = "${var.source_directory}/db"
    build_args   = { POSTGRES_IMAGE = var.postgres_image }
    remove       = true
    force_remove = true
  }
}

resource "docker_image" "api" {
  name = "mnemolite-hand/api:1"
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

resource "docker_network" "edge" {
  name = "mnemolite-hand-edge"
}

resource "docker_network" "app" {
  name = "mnemolite-hand-app"
}

resource "docker_network" "data" {
  name     = "mnemolite-hand-data"
  internal = true
}

resource "docker_network" "access" {
  name = "mnemolite-hand-access"
}

resource "docker_volume" "postgres_data" {
  name = "mnemolite-hand-postgres-data"
}

resource "docker_volume" "postgres_socket" {
  name = "mnemolite-hand-postgres-socket"
}

resource "docker_volume" "postgres_config" {
  name = "mnemolite-hand-postgres-config"
}

resource "docker_volume" "role_secrets" {
  name = "mnemolite-hand-role-secrets"
}

resource "docker_volume" "migration_secrets" {
  name = "mnemolite-hand-migration-secrets"
}

resource "docker_volume" "api_secrets" {
  name = "mnemolite-hand-api-secrets"
}

resource "docker_volume" "proxy_config" {
  name = "mnemolite-hand-proxy-config"
}

# Never started: they carry files into volumes, so that the root of the container that reads them can be read-only.

resource "docker_container" "postgres_files" {
  name                  = "mnemolite-hand-postgres-files"
  image                 = docker_image.db.image_id
  start                 = false
  must_run              = false
  network_mode          = "none"
  restart               = "no"
  log_driver            = "json-file"
  destroy_grace_seconds = 1

  upload {
    file        = "/etc/postgresql/pg_hba.conf"
    content     = file("${path.module}/pg_hba.conf")
    permissions = "0444"
  }

  volumes {
    volume_name    = docker_volume.postgres_config.name
    container_path = "/etc/postgresql"
  }
}

resource "docker_container" "role_files" {
  name                  = "mnemolite-hand-role-files"
  image                 = docker_image.db.image_id
  start                 = false
  must_run              = false
  network_mode          = "none"
  restart               = "no"
  log_driver            = "json-file"
  destroy_grace_seconds = 1

  upload {
    file        = "/run/secrets/postgres-api-password"
    source      = "${var.secrets_directory}/postgres-api-password"
    permissions = "0444"
  }

  volumes {
    volume_name    = docker_volume.role_secrets.name
    container_path = "/run/secrets"
  }
}

resource "docker_container" "migration_files" {
  name                  = "mnemolite-hand-migration-files"
  image                 = docker_image.api.image_id
  start                 = false
  must_run              = false
  network_mode          = "none"
  restart               = "no"
  log_driver            = "json-file"
  destroy_grace_seconds = 1

  upload {
    file        = "/run/secrets/postgres-api-password"
    source      = "${var.secrets_directory}/postgres-api-password"
    permissions = "0444"
  }

  upload {
    file        = "/run/secrets/postgres-api-url"
    source      = "${var.secrets_directory}/postgres-api-url"
    permissions = "0444"
  }

  volumes {
    volume_name    = docker_volume.migration_secrets.name
    container_path = "/run/secrets"
  }
}

resource "docker_container" "api_files" {
  name                  = "mnemolite-hand-api-files"
  image                 = docker_image.api.image_id
  start                 = false
  must_run              = false
  network_mode          = "none"
  restart               = "no"
  log_driver            = "json-file"
  destroy_grace_seconds = 1

  upload {
    file        = "/run/secrets/postgres-api-password"
    source      = "${var.secrets_directory}/postgres-api-password"
    permissions = "0444"
  }

  upload {
    file        = "/run/secrets/postgres-api-url"
    source      = "${var.secrets_directory}/postgres-api-url"
    permissions = "0444"
  }

  volumes {
    volume_name    = docker_volume.api_secrets.name
    container_path = "/run/secrets"
  }
}

resource "docker_container" "proxy_config" {
  name                  = "mnemolite-hand-proxy-config"
  image                 = docker_image.caddy.image_id
  start                 = false
  must_run              = false
  network_mode          = "none"
  restart               = "no"
  log_driver            = "json-file"
  destroy_grace_seconds = 1

  upload {
    file        = "/etc/caddy/Caddyfile"
    content     = file("${path.module}/Caddyfile")
    permissions = "0444"
  }

  volumes {
    volume_name    = docker_volume.proxy_config.name
    container_path = "/etc/caddy"
  }
}

resource "docker_container" "postgres" {
  name                  = "mnemolite-hand-postgres"
  hostname              = "postgres"
  image                 = docker_image.db.image_id
  entrypoint            = ["/bin/sh", "-c", file("${path.module}/start.sh"), "postgres"]
  command               = jsondecode(file("${path.module}/postgres-arguments.json"))
  env                   = ["PGDATA=/var/lib/postgresql/18/docker", "POSTGRES_DB=mnemolite", "POSTGRES_USER=postgres"]
  user                  = "999:999"
  init                  = true
  read_only             = true
  tmpfs                 = { "/tmp" = local.tmp }
  security_opts         = ["no-new-privileges:true"]
  memory                = 2048
  memory_swap           = 2048
  cpu_period            = 100000
  cpu_quota             = 100000
  cpu_shares            = 1024
  shm_size              = 256
  restart               = "always"
  stop_signal           = "SIGINT"
  stop_timeout          = 90
  destroy_grace_seconds = 90
  log_driver            = "json-file"
  log_opts              = local.log_opts
  wait                  = true
  wait_timeout          = 200

  capabilities {
    drop = ["ALL"]
  }

  networks_advanced {
    name = docker_network.access.id
  }

  networks_advanced {
    name    = docker_network.data.id
    aliases = ["postgres"]
  }

  ports {
    internal = 5432
    external = var.postgres
    ip       = "127.0.0.1"
  }

  volumes {
    volume_name    = docker_volume.postgres_data.name
    container_path = "/var/lib/postgresql"
  }

  volumes {
    volume_name    = docker_volume.postgres_socket.name
    container_path = "/run/postgresql"
  }

  volumes {
    volume_name    = docker_volume.postgres_config.name
    container_path = "/etc/postgresql"
    read_only      = true
  }

  healthcheck {
    test         = ["CMD", "pg_isready", "--quiet", "--host=127.0.0.1", "--port=5432", "--username=postgres"]
    interval     = "5s"
    timeout      = "5s"
    retries      = 5
    start_period = "2m0s"
  }

  depends_on = [docker_container.postgres_files]
}

resource "docker_container" "role" {
  name                  = "mnemolite-hand-role"
  hostname              = "postgres-role-api"
  image                 = docker_image.db.image_id
  entrypoint            = ["/bin/sh", "-c", file("${path.module}/role.sh")]
  command               = []
  user                  = "999:999"
  init                  = true
  read_only             = true
  tmpfs                 = { "/tmp" = local.tmp }
  security_opts         = ["no-new-privileges:true"]
  memory                = 512
  memory_swap           = 512
  cpu_period            = 100000
  cpu_quota             = 100000
  cpu_shares            = 1024
  restart               = "no"
  must_run              = false
  attach                = true
  stop_timeout          = 10
  destroy_grace_seconds = 10
  log_driver            = "json-file"
  log_opts              = local.log_opts

  capabilities {
    drop = ["ALL"]
  }

  networks_advanced {
    name    = docker_network.data.id
    aliases = ["postgres-role-api"]
  }

  volumes {
    volume_name    = docker_volume.postgres_socket.name
    container_path = "/run/postgresql"
  }

  volumes {
    volume_name    = docker_volume.role_secrets.name
    container_path = "/run/secrets"
    read_only      = true
  }

  depends_on = [docker_container.role_files, docker_container.postgres]
}

resource "docker_container" "migration" {
  name                  = "mnemolite-hand-migration"
  hostname              = "api-migration"
  image                 = docker_image.api.image_id
  command               = ["alembic", "upgrade", "head"]
  env                   = local.api_env
  init                  = true
  read_only             = true
  tmpfs                 = { "/tmp" = local.tmp }
  security_opts         = ["no-new-privileges:true"]
  memory                = 2048
  memory_swap           = 2048
  cpu_period            = 100000
  cpu_quota             = 100000
  cpu_shares            = 1024
  restart               = "no"
  must_run              = false
  attach                = true
  stop_timeout          = 10
  destroy_grace_seconds = 10
  log_driver            = "json-file"
  log_opts              = local.log_opts

  capabilities {
    drop = ["ALL"]
  }

  networks_advanced {
    name    = docker_network.app.id
    aliases = ["api-migration"]
  }

  networks_advanced {
    name = docker_network.data.id
  }

  volumes {
    volume_name    = docker_volume.migration_secrets.name
    container_path = "/run/secrets"
    read_only      = true
  }

  depends_on = [docker_container.migration_files, docker_container.role]
}

resource "docker_container" "api" {
  name                  = "mnemolite-hand-api"
  hostname              = "api"
  image                 = docker_image.api.image_id
  command               = ["python", "-m", "mnemolite", "--reload"]
  env                   = local.api_env
  init                  = true
  read_only             = true
  tmpfs                 = { "/tmp" = local.tmp }
  security_opts         = ["no-new-privileges:true"]
  memory                = 2048
  memory_swap           = 2048
  cpu_period            = 100000
  cpu_quota             = 100000
  cpu_shares            = 1024
  restart               = "always"
  stop_timeout          = 30
  destroy_grace_seconds = 30
  log_driver            = "json-file"
  log_opts              = local.log_opts
  wait                  = true
  wait_timeout          = 105

  capabilities {
    drop = ["ALL"]
  }

  networks_advanced {
    name    = docker_network.app.id
    aliases = ["api"]
  }

  networks_advanced {
    name = docker_network.data.id
  }

  volumes {
    host_path      = "${var.source_directory}/api"
    container_path = "/app"
    read_only      = true
  }

  volumes {
    volume_name    = docker_volume.api_secrets.name
    container_path = "/run/secrets"
    read_only      = true
  }

  healthcheck {
    test         = ["CMD", "python", "-I", "-S", "/app/healthcheck.py", "/ready"]
    interval     = "10s"
    timeout      = "5s"
    retries      = 3
    start_period = "30s"
  }

  depends_on = [docker_container.api_files, docker_container.migration]
}

resource "docker_container" "proxy" {
  name                  = "mnemolite-hand-proxy"
  hostname              = "proxy"
  image                 = docker_image.caddy.image_id
  command               = ["caddy", "run", "--config", "/etc/caddy/Caddyfile", "--adapter", "caddyfile"]
  user                  = "65532:65532"
  init                  = true
  read_only             = true
  security_opts         = ["no-new-privileges:true"]
  memory                = 256
  memory_swap           = 256
  cpu_period            = 100000
  cpu_quota             = 100000
  cpu_shares            = 1024
  restart               = "always"
  stop_timeout          = 30
  destroy_grace_seconds = 30
  log_driver            = "json-file"
  log_opts              = local.log_opts
  wait                  = true
  wait_timeout          = 70

  tmpfs = {
    "/config" = "${local.tmp},size=16m"
    "/data"   = "${local.tmp},size=16m"
    "/tmp"    = "${local.tmp},size=16m"
  }

  capabilities {
    drop = ["ALL"]
    add  = ["CAP_NET_BIND_SERVICE"]
  }

  networks_advanced {
    name = docker_network.app.id
  }

  networks_advanced {
    name    = docker_network.edge.id
    aliases = ["proxy"]
  }

  ports {
    internal = 80
    external = var.http
    ip       = "127.0.0.1"
  }

  volumes {
    volume_name    = docker_volume.proxy_config.name
    container_path = "/etc/caddy"
    read_only      = true
  }

  healthcheck {
    test         = ["CMD", "wget", "-q", "-O", "/dev/null", "http://127.0.0.1:2019/config/"]
    interval     = "5s"
    timeout      = "5s"
    retries      = 3
    start_period = "10s"
  }

  depends_on = [docker_container.proxy_config, docker_container.api]
}

resource "docker_container" "retire" {
  name                  = "mnemolite-hand-retire"
  hostname              = "postgres-retire-api"
  image                 = docker_image.db.image_id
  entrypoint            = ["/bin/sh", "-c", file("${path.module}/retire.sh")]
  command               = []
  user                  = "999:999"
  init                  = true
  read_only             = true
  tmpfs                 = { "/tmp" = local.tmp }
  security_opts         = ["no-new-privileges:true"]
  memory                = 512
  memory_swap           = 512
  cpu_period            = 100000
  cpu_quota             = 100000
  cpu_shares            = 1024
  restart               = "no"
  must_run              = false
  attach                = true
  stop_timeout          = 10
  destroy_grace_seconds = 10
  log_driver            = "json-file"
  log_opts              = local.log_opts

  capabilities {
    drop = ["ALL"]
  }

  networks_advanced {
    name    = docker_network.data.id
    aliases = ["postgres-retire-api"]
  }

  volumes {
    volume_name    = docker_volume.postgres_socket.name
    container_path = "/run/postgresql"
  }

  depends_on = [docker_container.proxy]
}
