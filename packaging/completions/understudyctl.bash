# bash completion for understudyctl                        -*- shell-script -*-
_understudyctl() {
    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} command= word
    COMPREPLY=()
    case $prev in
    --plan|--output) COMPREPLY=($(compgen -f -- "$cur")); return ;;
    --freeze) COMPREPLY=($(compgen -W "read-only stop-writers" -- "$cur")); return ;;
    esac
    for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
        case $word in status|plan|recover|run|journal|metrics|serve-metrics) command=$word; break ;; esac
    done
    local words="--plan --help"
    case $command in
    '') words="status plan recover run journal metrics serve-metrics --plan --help --version" ;;
    status) words="$words --watch --json" ;;
    plan) words="$words check render nginx-flag init --json --output --force --no-test" ;;
    recover) words="$words redis database deployment --to --from-dump --freeze --bisect --from --error-is-bad --planned --promote --restart-backends --despite-schema --dry-run --confirm --hold --json" ;;
    run) words="$words list show resume keep undo extend salvage --output --confirm --hold --json" ;;
    journal) words="$words verify head --json" ;;
    metrics) words="$words --json" ;;
    serve-metrics) words="$words --listen" ;;
    esac
    COMPREPLY=($(compgen -W "$words" -- "$cur"))
    case $command in plan|journal|metrics) COMPREPLY+=($(compgen -f -- "$cur")) ;; esac
}
complete -o filenames -F _understudyctl understudyctl
