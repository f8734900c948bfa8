# For Terraform or OpenTofu: watches a project, and extends a share.
# The environment has JOBWATCH_URL, JOBWATCH_KEY and the OS_* variables of extend-share.sh; curl and Node 20 or newer are installed.
# Tried with Terraform 1.11 against the simulated cloud: init, validate, apply, and a second apply that changes nothing.

variable "project_id" { type = string }
variable "share_id" { type = string }
variable "size" { type = number }

# Every operation in the project is reported, whoever starts it. Watching it twice changes nothing; `jobwatch unwatch` ends it.
resource "terraform_data" "watch" {
  triggers_replace = [var.project_id]

  provisioner "local-exec" {
    command     = "curl -fsS \"$JOBWATCH_URL/jobwatch.mjs\" -o jobwatch.mjs && node jobwatch.mjs watch --project \"$PROJECT\""
    environment = { PROJECT = var.project_id }
  }
}

# Extends the share when `size` grows. The apply waits, and fails if the extension fails.
resource "terraform_data" "size" {
  triggers_replace = [var.size]
  depends_on       = [terraform_data.watch]

  provisioner "local-exec" {
    interpreter = ["/bin/bash", "-euo", "pipefail", "-c"]
    command     = <<-END
      sh extend-share.sh "$SHARE" "$SIZE" |
        node jobwatch.mjs add - --source sfs-turbo-share --operation extend --project "$PROJECT" \
          --title "Extend to $SIZE GB" --wait --timeout 2h
    END
    environment = { PROJECT = var.project_id, SHARE = var.share_id, SIZE = var.size }
  }
}
