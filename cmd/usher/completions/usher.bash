# What usher takes next, for bash: source <(usher completion bash)
_usher() {
	local IFS=$'\n'
	COMPREPLY=($(usher suggest bash -- "${COMP_LINE:0:COMP_POINT}" 2>/dev/null))
	if [[ ${#COMPREPLY[@]} -eq 1 && ${COMPREPLY[0]} == *= ]]; then
		compopt -o nospace
	fi
}
complete -o default -F _usher usher
