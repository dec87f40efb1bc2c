# What usher takes next, for fish: usher completion fish | source
function __usher_suggest
    usher suggest fish -- (commandline -opc)[2..] (commandline -ct) 2>/dev/null
end
complete -c usher -f -n 'count (__usher_suggest) >/dev/null' -a '(__usher_suggest)'
