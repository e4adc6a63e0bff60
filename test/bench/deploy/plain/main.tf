# Plain services as somebody would write them by hand: the same container settings, and the provider's own waiting.
terraform {
  required_providers {
    docker = {
      source  = "kreuzwerker/docker"
      version = "3.6.2"
    }
  }
}

provider "docker" {}

variable "caddy_image" {
  type = string
}

variable "services" {
  type = number
}

# Whether the services have a health check, and whether to wait for it.
variable "checked" {
  type = bool
}

variable "wait" {
  type = bool
}

resource "docker_network" "app" {
  name = "plain-hand-app"
}

resource "docker_image" "caddy" {
  name         = var.caddy_image
  keep_locally = true
}

resource "docker_container" "worker" {
  count = var.services

  name                  = "plain-hand-worker-${count.index}"
  hostname              = "worker-${count.index}"
  image                 = docker_image.caddy.image_id
  command               = ["sleep", "infinity"]
  env                   = ["INDEX=${count.index}"]
  init                  = true
  read_only             = true
  tmpfs                 = { "/tmp" = "rw,noexec,nosuid,nodev,mode=1777" }
  security_opts         = ["no-new-privileges:true"]
  memory                = 512
  memory_swap           = 512
  cpu_period            = 100000
  cpu_quota             = 100000
  cpu_shares            = 1024
  restart               = "always"
  stop_timeout          = 10
  destroy_grace_seconds = 10
  log_driver            = "json-file"
  log_opts              = { "max-size" = "10m", "max-file" = "3" }
  wait                  = var.wait
  wait_timeout          = 105

  capabilities {
    drop = ["ALL"]
  }

  networks_advanced {
    name    = docker_network.app.id
    aliases = ["worker-${count.index}"]
  }

  dynamic "healthcheck" {
    for_each = var.checked ? [1] : []
    content {
      test         = ["CMD", "true"]
      interval     = "10s"
      timeout      = "5s"
      retries      = 3
      start_period = "30s"
    }
  }
}
