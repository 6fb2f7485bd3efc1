# fish completion for understudyctl
set -l commands status plan recover run journal metrics serve-metrics
complete -c understudyctl -f
complete -c understudyctl -l plan -r -F -d 'the plan'
complete -c understudyctl -l help -d 'help'
complete -c understudyctl -n "not __fish_seen_subcommand_from $commands" -a "$commands"
complete -c understudyctl -n '__fish_seen_subcommand_from status' -l watch -l json
complete -c understudyctl -n '__fish_seen_subcommand_from plan' -a 'check render nginx-flag init' -l json -l output -l force -l no-test
complete -c understudyctl -n '__fish_seen_subcommand_from recover' -a 'redis database deployment' -l to -l from-dump -l bisect -l from -l error-is-bad -l planned -l promote -l restart-backends -l despite-schema -l dry-run -l confirm -l hold -l json
complete -c understudyctl -n '__fish_seen_subcommand_from run' -a 'list show resume keep undo extend salvage' -l json -l hold
complete -c understudyctl -n '__fish_seen_subcommand_from recover' -l freeze -x -a 'read-only stop-writers'
complete -c understudyctl -n '__fish_seen_subcommand_from run' -l confirm -x
complete -c understudyctl -n '__fish_seen_subcommand_from run' -l output -r -F
complete -c understudyctl -n '__fish_seen_subcommand_from journal' -a 'verify head' -l json -F
complete -c understudyctl -n '__fish_seen_subcommand_from metrics' -l json -F
complete -c understudyctl -n '__fish_seen_subcommand_from serve-metrics' -l listen
